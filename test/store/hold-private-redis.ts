// Holds a private Redis until this process is killed; the test tells it the data directory and is told the socket.
import { startPrivateRedis } from '../../src/store/index.ts'

const server = await startPrivateRedis(process.argv[2] ?? '', process.env.PATH ?? '')
process.send?.(server.socketPath)
setInterval(() => undefined, 60_000)
