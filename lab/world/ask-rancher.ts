import { get } from 'node:https'
import type { LabRancher } from '../rancher/index.ts'

/** The body that the lab's Rancher answers to a plain GET without a token. Rejects on anything but 200. */
export function askRancher(
  rancher: Pick<LabRancher, 'url' | 'caPem'>,
  path: string,
): Promise<string> {
  return new Promise((done, fail) => {
    get(new URL(path, rancher.url), { ca: rancher.caPem }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        if (response.statusCode === 200) done(Buffer.concat(chunks).toString('utf8'))
        else fail(new Error(`${path} answered ${response.statusCode}`))
      })
    }).on('error', fail)
  })
}
