import * as z from 'zod'
import { credentialSources } from './credential-sources.ts'
import { duration } from './duration.ts'

/** What the reference of the configuration says about a key, besides what its type and default say. */
interface KeyText {
  /** What it does, in one or two sentences. */
  readonly description: string
  /** When to change it. */
  readonly change: string
  /** A value for the example file, where there is no default or it says little. */
  readonly example?: string | readonly string[]
  /** In the example file it stands behind a `#`: most installations do without. */
  readonly isRare?: true
  /** For keys whose names are chosen: such a name. */
  readonly name?: string
}

function key<Schema extends z.ZodType>(schema: Schema, text: KeyText): Schema {
  return schema.meta({ ...text })
}

const person = z
  .string()
  .regex(
    /^(?:(?:[TE][A-Z0-9]+\/)?[UW][A-Z0-9]+|local\/[a-z_][a-z0-9_.-]*)$/i,
    'expected a Slack user id such as U012ABCDEF (or T…/U…), or local/ACCOUNT for the terminal',
  )

// Titles name the kind of value, for the reference of the configuration.
const people = z.array(person).default([]).meta({ title: 'list of people' })
const file = z.string().min(1).meta({ title: 'file' })
const httpsAddress = z
  .url({
    protocol: /^https$/,
    error: 'expected an https address, such as https://rancher.example.com',
  })
  .meta({ title: 'https address' })
const workspaceId = z
  .string()
  .regex(/^[TE][A-Z0-9]+$/, 'expected a workspace id such as T012ABCDEF (or E… of an organisation)')
  .meta({ title: 'id of a workspace' })

/** `reagent.yaml`: everything that is not a secret. Unknown keys are refused. Defaults stand as people write them. */
export const fileSchema = z.strictObject({
  rancher: z
    .strictObject({
      url: key(httpsAddress.optional(), {
        description:
          'The https address of Rancher, the same as its setting server-url. RANCHER_URL wins.',
        change: 'Always, unless RANCHER_URL is set.',
        example: 'https://rancher.example.com',
      }),
      caFile: key(file.optional(), {
        description:
          'PEM file of the authority that Rancher’s certificate is issued by, where that is not a public one. RANCHER_CA_FILE wins.',
        change:
          'When Rancher’s certificate is not of a public authority, and when that authority is replaced.',
        example: './rancher-ca.pem',
        isRare: true,
      }),
      timeout: key(duration.prefault('10s'), {
        description: 'Limit of one request to Rancher.',
        change:
          'When a healthy Rancher of yours needs longer. A longer limit also keeps people waiting when it is down.',
      }),
    })
    .prefault({})
    .meta({ description: 'Where Rancher is.' }),
  clusters: key(
    z
      .record(
        z.string().min(1),
        z.strictObject({
          kubeconfig: key(file.optional(), {
            description:
              'File with the credentials of the cluster, exec plugins included. The API server must be reached directly: the way through Rancher is the one that is broken. Short for sources with this one file.',
            change:
              'Always, unless sources or credentials lead to it. A file that changes on disk is read again; nothing has to be started anew.',
            example: './kubeconfig-myk8s.yaml',
          }),
          sources: key(credentialSources.optional(), {
            description:
              'Where the credentials of this cluster come from, in the order to try them; written as under credentials.',
            change: 'When one file is not enough, in place of kubeconfig.',
            example: '[{file: ./kubeconfig-myk8s.yaml}, {ace: {file: ./ace-myk8s.yaml}}]',
            isRare: true,
          }),
          uid: key(z.guid().optional().meta({ title: 'uid' }), {
            description:
              'The uid of its namespace kube-system. Only a cluster with this uid is written to, and nothing else is asked for as a proof.',
            change:
              'When nothing else can show that it is the right one: behind a public certificate, or after its certificate authority was replaced. Take it from kubectl get namespace kube-system -o jsonpath={.metadata.uid}.',
            example: '1d0f6cf5-5c5c-4d0e-9c5e-0a8f6c1d2e3f',
            isRare: true,
          }),
          timeout: key(duration.prefault('10s'), {
            description: 'Limit of one request to this cluster.',
            change: 'When the API server is far away or slow.',
          }),
        }),
      )
      .default({}),
    {
      description:
        'The clusters that can be brought back, by the name that Rancher shows, each with a kubeconfig that does not go through Rancher.',
      change: 'For each cluster: one that is not listed can be diagnosed from Rancher’s side only.',
      name: 'myk8s',
    },
  ),
  credentials: key(credentialSources.default([]), {
    description:
      'Where the credentials of a cluster come from that names none itself, in the order to try them: {file: FILE}; {secret: {namespace: …, name: …}} where the worker runs (with key, and kubeconfig for a Secret elsewhere); {rke-state: {kubeconfig: FILE}} or {rke-state: {command: […]}}, what Rancher keeps in its own cluster; {ace: {file: FILE}} or {ace: {generate: true}}, the authorised cluster endpoint; rancher, its proxy. {cluster} in a file or the name of a Secret stands for the name of the cluster.',
    change: 'To bring back clusters that are not listed one by one.',
    example:
      '[{file: "./kubeconfigs/{cluster}.yaml"}, {rke-state: {command: [docker, exec, -i, rancher, kubectl]}}, rancher]',
    isRare: true,
  }),
  slack: z
    .strictObject({
      team: key(workspaceId.optional(), {
        description:
          'The id of the workspace (T…). People of other workspaces in shared channels are refused.',
        change: 'Always, to run the bot.',
        example: 'T012ABCDEF',
      }),
      connection: key(z.enum(['http', 'socket']).default('http'), {
        description:
          'http: Slack calls Reagent at PORT. socket: Reagent calls Slack, which needs no open port.',
        change: 'To socket where Slack cannot reach the bot.',
      }),
    })
    .prefault({})
    .meta({ description: 'How to talk with Slack.' }),
  policy: z
    .strictObject({
      request: key(people, {
        description: 'May ask for a recovery.',
        change: 'When somebody joins or leaves the people on call.',
        example: ['U012ONCALL'],
      }),
      approve: key(people, {
        description: 'May approve what somebody else asked for. Approvers may also ask.',
        change: 'Keep at least two who are awake at different times.',
        example: ['U034LEAD'],
      }),
      approveAlone: key(people, {
        description:
          'May approve what they asked for themselves: for one person at a terminal at night.',
        change: 'Leave it empty where nobody may act alone.',
        example: ['local/root'],
      }),
    })
    .prefault({})
    .meta({
      description:
        'Who may do what. Nobody may do anything unless listed: Slack user ids (U…, or in full T…/U…), or local/ACCOUNT for an account at the terminal of the machine where Reagent runs. Bots and workers need the same lists: both check them.',
    }),
  approval: z
    .strictObject({
      expiresIn: key(duration.prefault('15m'), {
        description: 'How long a plan can be approved.',
        change: 'Longer where approvers take longer to wake up.',
      }),
      recheckEvery: key(duration.prefault('60s'), {
        description:
          'How often a plan that waits is built again, so that the card says when it does not hold any more.',
        change:
          'Longer to ask Rancher and the cluster less often. It is built again before it is applied in any case.',
      }),
    })
    .prefault({})
    .meta({ description: 'How long people have to decide.' }),
  proof: z
    .strictObject({
      stableFor: key(duration.prefault('60s'), {
        description: 'Rancher and the agents must be well for so long without a break.',
        change:
          'Not below 45s: a cluster that connects again can drop once after about half a minute (seen on Rancher 2.1.5).',
      }),
      giveUpAfter: key(duration.prefault('10m'), {
        description: 'After so long without that, the run ends as applied but not back.',
        change: 'Longer where nodes pull images slowly.',
      }),
      lookEvery: key(duration.prefault('5s'), {
        description: 'How often to look.',
        change: 'Rarely. Longer to ask less often.',
      }),
    })
    .prefault({})
    .meta({ description: 'When a cluster counts as back.' }),
  diagnosis: z
    .strictObject({
      probeLimit: key(duration.prefault('4s'), {
        description: 'How long one look at Rancher, the cluster or the agents may take.',
        change: 'When the card says that a look timed out though what it looked at is only slow.',
      }),
    })
    .prefault({})
    .meta({ description: 'How a cause is looked for.' }),
  queue: z
    .strictObject({
      concurrency: key(z.int().min(1).max(100).default(8).meta({ title: 'number from 1 to 100' }), {
        description: 'How many jobs one process works on at once.',
        change: 'Higher where many clusters are lost at the same time.',
      }),
      lock: key(duration.prefault('10s'), {
        description:
          'How long the job of a killed process stays locked before another one takes it up.',
        change:
          'Longer on machines that stall for seconds. Shorter makes a run go on sooner after a crash.',
      }),
      sweepEvery: key(duration.prefault('10s'), {
        description: 'How often to look for runs whose next job got lost.',
        change: 'Rarely.',
      }),
    })
    .prefault({})
    .meta({ description: 'How work is spread.' }),
  observe: z
    .strictObject({
      address: key(z.string().default('127.0.0.1:9464').meta({ title: 'HOST:PORT, or off' }), {
        description:
          'Where /healthz, /readyz and /metrics are served; off switches them off. They ask for no log-in and hold no secret. REAGENT_OBSERVE_ADDRESS wins.',
        change:
          'Each Reagent on a machine needs a port of its own. In a container it is 0.0.0.0:9464.',
      }),
    })
    .prefault({})
    .meta({ description: 'How to be watched.' }),
})

export type ConfigFile = z.output<typeof fileSchema>

const VALUES = { 'rancher.url': httpsAddress, 'slack.team': workspaceId, 'policy person': person }

/** What is wrong with one value of the file; null when it will be accepted. */
export function problemWith(kind: keyof typeof VALUES, text: string): string | null {
  const parsed = VALUES[kind].safeParse(text)
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'is not accepted')
}
