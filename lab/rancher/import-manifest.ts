import { createHash } from 'node:crypto'
import { recordedText } from './recorded.ts'

const TEMPLATE = recordedText('import.yaml')
const RECORDED_TOKEN = 'lp4rzlb6fq4nr24khrzjs5sd8tkhkvhr9h2rvpbwz4dnvtzqfvtwcs'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** What agents compare: SHA-256 of the setting `cacerts` and the newline that ends it; `''` when it is empty. */
export function caChecksum(caCerts: string): string {
  if (caCerts === '') return ''
  const text = caCerts.endsWith('\n') ? caCerts : `${caCerts}\n`
  return createHash('sha256').update(text).digest('hex')
}

/** The manifest that `/v3/import/<token>.yaml` gives: for any token, pointing to the host that was asked. */
export function importManifest(options: {
  readonly token: string
  readonly host: string
  readonly caCerts: string
  readonly agentImage: string
}): string {
  const secret = createHash('md5').update(options.token).digest('hex').slice(0, 7)
  const replacements = [
    ['cattle-credentials-303a0bd', `cattle-credentials-${secret}`],
    [base64('https://rancher.example.com'), base64(`https://${options.host}`)],
    [base64(RECORDED_TOKEN), base64(options.token)],
    ['https://rancher.example.com', `https://${options.host}`],
    [
      'ad0eb7067ffa83f8a47fe0550929b9167dd275dfc374401ff664789c2697972a',
      caChecksum(options.caCerts),
    ],
    ['rancher/rancher-agent:v2.1.5', options.agentImage],
  ] as const
  return replacements.reduce((text, [from, to]) => text.replaceAll(from, () => to), TEMPLATE)
}
