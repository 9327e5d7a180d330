--[[
  Append events to a run, if it is at the version that the caller decided on.

  KEYS[1]  run:<run id>        stream of events, ids 1-0, 2-0, …
  KEYS[2]  open                hash: slot -> id of its open run
  KEYS[3]  runs                sorted set of run ids by the time of the request
  KEYS[4]  taken:<request id>  set once a request with this id was taken; only looked at when creating
  KEYS[5]  undrawn             hash: run id -> version that its card does not show yet

  ARGV[1]  expected version; 0 creates the run
  ARGV[2]  run id
  ARGV[3]  slot: goal and cluster, of which one run may be open
  ARGV[4]  1 when these events end the run, else 0
  ARGV[5]  time of the request in milliseconds; only used when creating
  ARGV[6]  how long to remember the request id, in milliseconds; 0: there is none
  ARGV[7]  1 when the run has a card, else 0
  ARGV[8…] events as JSON

  Returns  { 'ok', version }       appended
           { 'conflict', version } somebody else was first
           { 'open', run id }      this slot has an open run already
           { 'replayed', '' }      this request was taken before
]]
local version = redis.call('XLEN', KEYS[1])
if version ~= tonumber(ARGV[1]) then
  return { 'conflict', tostring(version) }
end
if version == 0 then
  if ARGV[6] ~= '0' and redis.call('EXISTS', KEYS[4]) == 1 then
    return { 'replayed', '' }
  end
  local open = redis.call('HGET', KEYS[2], ARGV[3])
  if ARGV[6] ~= '0' then
    redis.call('SET', KEYS[4], ARGV[2], 'PX', ARGV[6])
  end
  if open then
    return { 'open', open }
  end
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[2])
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[2])
end
for index = 8, #ARGV do
  version = version + 1
  redis.call('XADD', KEYS[1], version .. '-0', 'event', ARGV[index])
end
if ARGV[4] == '1' and redis.call('HGET', KEYS[2], ARGV[3]) == ARGV[2] then
  redis.call('HDEL', KEYS[2], ARGV[3])
end
if ARGV[7] == '1' then
  redis.call('HSET', KEYS[5], ARGV[2], version)
end
return { 'ok', tostring(version) }
