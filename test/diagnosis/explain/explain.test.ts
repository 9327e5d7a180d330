import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/diagnosis/index.ts'

const LINE =
  'http: TLS handshake error from 192.168.51.201:56744: remote error: tls: bad certificate'
const TOKEN = 'gdcllf4h2hggbw7b5f4jfw8bxsd4kxvlswhqj4gczdc9dlcmd8m6kr'

function first(pasted: string) {
  const [line] = explain(pasted).lines
  if (!line) throw new Error('an explanation has a line')
  return line
}

describe('the line of the incident', () => {
  it('says that the peer refused Rancher’s certificate, and what it does not prove', () => {
    const { lines, traces } = explain(LINE)
    expect(lines).toMatchObject([
      { id: 'peer-refused-certificate', by: 'rancher', confidence: 'certain', cause: 'ca-changed' },
    ])
    expect(lines[0]?.means).toContain('192.168.51.201:56744 refused Rancher’s certificate')
    expect(lines[0]?.means).toContain('no client certificate is involved')
    expect(lines[0]?.doesNotProve).toMatch(
      /Browsers, monitoring.*does not prove that a cluster is lost/,
    )
    expect(traces.addresses).toEqual(['192.168.51.201'])
  })

  it.each(['unknown certificate authority', 'unknown certificate', 'expired certificate'])(
    'is known in Go’s other spelling “%s”',
    (spelling) => {
      expect(first(LINE.replace('bad certificate', spelling)).id).toBe('peer-refused-certificate')
    },
  )

  it.each([
    ['Rancher 2.1', `2026/11/24 02:11:04 [INFO] 2026/11/24 02:11:04 ${LINE}`],
    ['Rancher 2.12', `time="2026-11-23T04:44:21Z" level=error msg="2026/11/23 04:44:21 ${LINE}"`],
    ['journald', `Nov 24 02:11:04 rancher-1 dockerd[812]: 2026/11/24 02:11:04 [ERROR] ${LINE}`],
    ['journald with ISO times', `2026-11-24T02:11:04+0000 rancher-1 k3s[812]: ${LINE}`],
    [
      'kubectl logs --timestamps',
      `2026-11-24T02:11:04.123456789Z 2026/11/24 02:11:04 [ERROR] ${LINE}`,
    ],
    [
      'kubectl logs --prefix',
      `[pod/rancher-7d9c8c7b5-x2x4q/rancher] 2026/11/24 02:11:04 [ERROR] ${LINE}`,
    ],
    ['a container runtime', `2026-11-24T02:11:04.123Z stderr F ${LINE}`],
    [
      'Docker’s files',
      JSON.stringify({ log: `2026/11/24 02:11:04 [ERROR] ${LINE}\n`, stream: 'stderr', time: 'x' }),
    ],
    ['a JSON logger', JSON.stringify({ level: 'error', msg: LINE })],
    ['a JSON line that was cut', `{"level":"error","msg":"${LINE}","ti`],
    ['docker compose', `rancher_1  | 2026/11/24 02:11:04 [ERROR] ${LINE}`],
    ['a line of the http server', `[http] ${LINE}`],
    ['colours', `\u001b[36mINFO\u001b[0m[0000] ${LINE}`],
    ['a quotation', `> \`${LINE}\``],
    ['a JSON log around logrus', JSON.stringify({ log: `time="x" level=error msg="${LINE}"\n` })],
  ])('is known as %s gives it', (_, wrapped) => {
    expect(first(wrapped).id).toBe('peer-refused-certificate')
    expect(explain(wrapped).traces.addresses).toEqual(['192.168.51.201'])
  })

  it('is known with an IPv6 address, in one form', () => {
    const other = LINE.replace('192.168.51.201', '[2001:DB8:0:0::1]')
    expect(explain(other).traces.addresses).toEqual(['2001:db8::1'])
    const mapped = LINE.replace('192.168.51.201', '[::ffff:192.168.51.201]')
    expect(explain(mapped).traces.addresses).toEqual(['192.168.51.201'])
  })
})

describe('what a line is about', () => {
  it.each([
    [
      'Failed to handle tunnel request from remote address 10.1.2.3:34138: response 400: cluster not found',
      ['10.1.2.3'],
    ],
    ['INFO: Environment: CATTLE_ADDRESS=10.1.2.4 CATTLE_SERVER=https://10.9.9.9', ['10.1.2.4']],
    [
      'ERROR: https://10.9.9.9/ping is not accessible (Failed to connect to 10.9.9.9 port 443: refused)',
      [],
    ],
    ['INFO: Using resolv.conf: nameserver 10.43.0.10', []],
    ['Failed to connect to proxy: dial tcp 10.9.9.9:443: connect: connection refused', []],
    ['x509: certificate is valid for 10.9.9.8, not 10.9.9.9', []],
    ['v1.2.3.4 is a version, 999.1.1.1 is nothing, at 10:11:12 o’clock', []],
  ])('%s: addresses of peers only', (line, addresses) => {
    expect(explain(line).traces.addresses).toEqual(addresses)
  })

  it('finds cluster ids, and no words that look like them', () => {
    const line =
      "error syncing 'c-m-xgq965c9': stv-cluster-c-bjwqn, c-style, /k8s/clusters/c-sxlbv/v1"
    expect(explain(line).traces.clusterIds).toEqual(['c-m-xgq965c9', 'c-bjwqn', 'c-sxlbv'])
  })
})

describe('a line with a credential in it', () => {
  it.each([
    [`Connecting to wss://r/v3/connect with token ${TOKEN}`, ['registration-token']],
    [`Connecting to wss://r/v3/connect with token short-and-odd`, ['registration-token']],
    [
      `sudo docker run rancher/rancher-agent --server https://r --token ${TOKEN} --ca-checksum x`,
      ['registration-token'],
    ],
    [`kubectl apply -f https://r/v3/import/${TOKEN}_c-m-xgq965c9.yaml`, ['registration-token']],
    [`Authorization: Bearer token-abcde:${TOKEN}`, ['api-token']],
    ['proxy http://user:hunter2hunter@proxy.example.com:3128', ['password']],
    ['Connecting with token starting with sh4svgdl7xv2l6r8hm7g8phnvzp', []],
  ])('is explained without it: %s', (line, kinds) => {
    const said = explain(line)
    expect(said.secrets).toEqual(kinds)
    const text = JSON.stringify(said)
    for (const secret of [TOKEN, 'short-and-odd', 'hunter2', 'sh4svgdl7xv']) {
      expect(text).not.toContain(secret)
    }
  })
})

describe('whatever is pasted', () => {
  it('puts the line that says what is broken before the ordinary ones', () => {
    const { lines, lineCount } = explain(
      ['INFO: https://r.example.com/ping is accessible', LINE, LINE].join('\n'),
    )
    expect(lineCount).toBe(3)
    expect(lines.map(({ id, count }) => [id, count])).toEqual([
      ['peer-refused-certificate', 2],
      ['ping-ok', 1],
    ])
  })

  it('reads a line that the terminal had broken into several', () => {
    const broken =
      'time="2026-11-23T05:10:54Z" level=error msg="Failed to handle tunnel request\nfrom remote address 10.1.2.3:34138: response 400: cluster\nnot found"'
    expect(first(broken).id).toBe('tunnel-token-unknown')
  })

  it('is answered honestly when it is not known', () => {
    const line = first('time="2026-11-23T05:10:54Z" level=error msg="frobnicator 7 exploded"')
    expect(line).toMatchObject({ id: null, weight: 'unknown', confidence: 'unknown', cause: null })
    expect(line.means).toBe('Not a line that Reagent knows. Its level is error.')
    expect(line.toDo).toContain('/rancher diagnose CLUSTER')
    expect(first(' \n\n ').means).toBe('There is no line to explain.')
  })

  it('is bounded, and quickly done, however long it is', () => {
    const startedAt = performance.now()
    for (const filler of ['x', '"', '\\"', '{"', '(', ' from ', '1.', 'a:', `${LINE}\n`, 'msg="']) {
      const said = JSON.stringify(explain(filler.repeat(200_000)))
      expect(said.length).toBeLessThan(12_000)
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

// Reference of messages: what each kind of line must be taken for.
describe.each([
  ['ERROR: https://r/ping is not accessible (Could not resolve host: r)', 'ping-no-name'],
  [
    'ERROR: https://r/ping is not accessible (Failed to connect to r port 443: Connection refused)',
    'ping-no-connection',
  ],
  [
    'ERROR: https://r/ping is not accessible (The requested URL returned error: 502)',
    'ping-status',
  ],
  [
    'ERROR: https://localhost/ping is not accessible (Failed to connect to localhost)',
    'ping-loopback',
  ],
  [
    'WARN: Loopback address found in /etc/resolv.conf, please refer to the documentation',
    'loopback-resolver',
  ],
  [
    'The environment variable CATTLE_CA_CHECKSUM is set but there is no CA certificate configured at https://r/v3/settings/cacerts',
    'checksum-without-ca',
  ],
  [
    'ERROR: Configured cacerts checksum (aa) does not match given \u2014ca-checksum (bb)',
    'checksum-mismatch',
  ],
  [
    "Certficate's Subject (CN=a) does not match with previous certificate Issuer (CN=b)",
    'chain-order',
  ],
  [
    'Found 3 certificates at /etc/kubernetes/ssl/certs/serverca, should be 1',
    'several-authorities',
  ],
  ['x509: certificate is valid for a.example.com, not b.example.com', 'certificate-name'],
  ['x509: certificate is valid for ingress.local, not r.example.com', 'ingress-certificate'],
  ['http: TLS handshake error from 10.0.0.1:5: EOF', 'handshake-broken-off'],
  [
    'http: TLS handshake error from 10.0.0.1:5: read tcp 10.0.0.2:443->10.0.0.1:5: i/o timeout',
    'handshake-broken-off',
  ],
  ['unable to read CA file from /etc/kubernetes/ssl/certs/serverca', 'no-own-authority'],
  ['Strict CA verification is enabled but encountered error finding root CA', 'no-system-roots'],
  [
    'Could not securely connect to https://r: Get "https://r": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'strict-refused',
  ],
  [
    'level=error msg="Failed to connect to proxy. Response status: 200 - 200 OK. Response body: cluster not found" error="websocket: bad handshake"',
    'token-unknown',
  ],
  [
    'Failed to connect to proxy. Response status: 401 - 401 Unauthorized. Response body: failed authentication',
    'token-refused',
  ],
  [
    'Response status: 400 - 400 Bad Request. Response body: missing node or cluster registration info',
    'registration-info-missing',
  ],
  [
    'Failed to connect to proxy. Response status: 502 - 502 Bad Gateway. Response body: <html>',
    'upgrade-refused',
  ],
  [
    'Failed to connect to proxy. Empty dialer response: proxyconnect tcp: dial tcp 10.0.0.9:3128: i/o timeout',
    'proxy-error',
  ],
  [
    'looking up cattle-system/cattle ca/token: failed to find service account cattle-system/cattle',
    'service-account-missing',
  ],
  ["error syncing 'c-abcde': cluster agent disconnected", 'no-session'],
  ['waiting for cluster [c-bjwqn] agent to connect', 'no-session'],
  [
    'lost connection to cluster: failed to find Session for client stv-cluster-c-bjwqn',
    'stale-session',
  ],
  [
    'Cluster health check failed: Failed to communicate with API server during namespace check: Unauthorized',
    'health-unauthorized',
  ],
  [
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "kube-ca")',
    'downstream-authority',
  ],
  [
    'MountVolume.SetUp failed for volume "cattle-credentials" : secret "cattle-credentials-303a0bd" not found',
    'credentials-not-found',
  ],
  ['Embedded rancher failed to start or exited abnormally: exit status 127', 'embedded-failed'],
  ['fork/exec /usr/bin/jailer.sh: no such file or directory', 'embedded-failed'],
  ['Rancher has been installed, restarting', 'rancher-installed'],
  [
    'error in remotedialer server [400]: websocket: close 1006 (abnormal closure): unexpected EOF',
    'remotedialer-closed',
  ],
  ['Waiting for Agent to check in', 'fleet-check-in'],
  [
    'Failed: error while connecting to Kubernetes cluster with nullified CA data: Get "https://r/version": x509: certificate signed by unknown authority',
    'system-agent',
  ],
  [
    'Internal error occurred: failed calling webhook "rancher.cattle.io.clusters": x509: certificate has expired',
    'webhook-certificate',
  ],
  ['Back-off pulling image "rancher/rancher-agent:v2.12.0": ImagePullBackOff', 'image-unavailable'],
  [
    'tls: failed to verify certificate: x509: failed to load system roots and no roots provided; readdirent /dev/null: not a directory',
    'no-system-roots',
  ],
  ['{"type":"error","status":"401","message":"must authenticate"}', 'unauthorized'],
  [
    '{"type":"error","code":"ClusterUnavailable","status":503,"message":"cluster not found"}',
    'cluster-unavailable',
  ],
  ['default backend - 404', 'default-backend'],
  ['Handling backend connection request [stv-cluster-c-m-xgq965c9]', 'backend-connection'],
] as const)('%s', (line, id) => {
  it(`is taken for ${id}`, () => {
    expect(first(line).id).toBe(id)
  })
})
