--[[
  Keep where the card of a run stands and which version of the run it shows.

  KEYS[1]  card:<run id>  hash: channelId, ts, version
  KEYS[2]  undrawn        hash: run id -> version that its card does not show yet

  ARGV[1]  run id
  ARGV[2]  channel id
  ARGV[3]  timestamp of the message, '' when there is none
  ARGV[4]  version

  Returns  1 the card shows everything, 0 the run is further by now
]]
redis.call('HSET', KEYS[1], 'channelId', ARGV[2], 'ts', ARGV[3], 'version', ARGV[4])
local version = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if version > tonumber(ARGV[4]) then
  return 0
end
redis.call('HDEL', KEYS[2], ARGV[1])
return 1
