--[[
  Keep the lease for longer, if it is still ours.

  KEYS[1]  lease:<cluster id>
  KEYS[2]  fence:<cluster id>

  ARGV[1]  run id
  ARGV[2]  fence that the lease was taken with
  ARGV[3]  time to live in milliseconds

  Returns  1 renewed, 0 it was no longer ours
]]
if redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('GET', KEYS[2]) == ARGV[2] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 0
