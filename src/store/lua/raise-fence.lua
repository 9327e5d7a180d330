--[[
  Give the holder of a lease a fence above one that was seen on the cluster, if the lease is still ours.

  KEYS[1]  lease:<cluster id>
  KEYS[2]  fence:<cluster id>

  ARGV[1]  run id
  ARGV[2]  fence that the lease was taken with
  ARGV[3]  the fence that was seen

  Returns  the new fence, 0 when the lease is no longer ours
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return 0
end
local fence = math.max(tonumber(ARGV[2]), tonumber(ARGV[3])) + 1
redis.call('SET', KEYS[2], string.format('%d', fence))
return fence
