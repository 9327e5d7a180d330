--[[
  Give the lease back, if it is still ours: same run, and nobody took it again since.

  KEYS[1]  lease:<cluster id>
  KEYS[2]  fence:<cluster id>

  ARGV[1]  run id
  ARGV[2]  fence that the lease was taken with

  Returns  1 released, 0 it was no longer ours
]]
if redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('GET', KEYS[2]) == ARGV[2] then
  return redis.call('DEL', KEYS[1])
end
return 0
