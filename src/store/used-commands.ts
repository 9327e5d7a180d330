type Parameters = (key: string) => readonly string[]

/** How each command is called at least, so that Redis takes it for complete. The key has the prefix of Reagent's keys. */
const COMMANDS: readonly (readonly [parameters: Parameters, commands: string])[] = [
  [() => [], 'TIME INFO'],
  [
    (key) => [key],
    'DEL EXISTS GET HGETALL HKEYS HLEN HVALS INCR LLEN LPOP PERSIST PTTL RPOP SCARD SMEMBERS TYPE UNLINK XLEN ZCARD ZPOPMIN',
  ],
  [
    (key) => [key, '1'],
    'BZPOPMIN HDEL HEXISTS HGET HMGET INCRBY LINDEX LPOS LPUSH PEXPIRE PEXPIREAT RPUSH SADD SET SISMEMBER SREM XDEL ZREM ZSCORE',
  ],
  [
    (key) => [key, '1', '1'],
    'HINCRBY HMSET HSET LRANGE LREM LSET LTRIM XRANGE XTRIM ZADD ZCOUNT ZLEXCOUNT ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE',
  ],
  [(key) => [key, '*', 'field', '1'], 'XADD'],
  [(key) => ['STREAMS', key, '0'], 'XREAD'],
  [(key) => [key, key], 'RENAME RPOPLPUSH'],
  [(key) => ['return 1', '1', key], 'EVAL'],
  [(key) => ['e0e1f9fabfc9d4800c877a703b823ac0578ff8db', '1', key], 'EVALSHA'],
  [() => ['LOAD', 'return 1'], 'SCRIPT'],
  [() => ['SETNAME', 'reagent-check'], 'CLIENT'],
]

/** Every command that Reagent's scripts, BullMQ's scripts, or either of them send by themselves. */
export const USED_COMMANDS: readonly {
  readonly command: string
  readonly parameters: Parameters
}[] = COMMANDS.flatMap(([parameters, commands]) =>
  commands.split(' ').map((command) => ({ command, parameters })),
)
