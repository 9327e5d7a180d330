--[[
  Take the lease on a cluster, or report who holds it. A run may take its own lease again (its worker died, or a second one
  started): the new fence makes the API server refuse the old holder.

  KEYS[1]  lease:<cluster id>  run id of the holder, with a time to live
  KEYS[2]  fence:<cluster id>  counter, never reset

  ARGV[1]  run id
  ARGV[2]  time to live in milliseconds

  Returns  { 1, fence }   the lease is ours; every later write carries this fence
           { 0, run id }  another run holds it
]]
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return { 0, holder }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 1, redis.call('INCR', KEYS[2]) }
