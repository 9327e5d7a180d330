/** What a first configuration is made of. Lists of people hold Slack ids or `local/ACCOUNT`. */
export interface FirstConfig {
  readonly rancherUrl: string
  readonly caFile: string | null
  readonly clusters: readonly { readonly name: string; readonly kubeconfig: string }[]
  /** Null: no Slack yet, only the terminal. */
  readonly team: string | null
  readonly connection: 'http' | 'socket'
  readonly request: readonly string[]
  readonly approve: readonly string[]
  readonly approveAlone: readonly string[]
}

/** A commented `reagent.yaml`. Every value is quoted as JSON does it, which YAML reads as the same text. */
export function configText(config: FirstConfig): string {
  const { rancherUrl, caFile, clusters, team, connection } = config
  return `# Reagent's configuration. Secrets do not belong here: they come by environment.
# reagent.example.yaml has every key. \`reagent check\` tests this file against the real services.

rancher:
  # The same address as Rancher's setting server-url.
  url: ${quote(rancherUrl)}
  # The authority that Rancher's certificate is issued by, where that is not a public one.
${caFile === null ? '  # caFile: ./rancher-ca.pem' : `  caFile: ${quote(caFile)}`}

# By the name that Rancher shows: a kubeconfig that does not go through Rancher.
clusters:${clusters.length === 0 ? ' {}' : ''}
${clusters.map(({ name, kubeconfig }) => `  ${quote(name)}:\n    kubeconfig: ${quote(kubeconfig)}\n`).join('')}
slack:
  # The id of the workspace.
${team === null ? '  # team: T012ABCDEF' : `  team: ${quote(team)}`}
  # http: Slack calls Reagent. socket: Reagent calls Slack, which needs no open port.
  connection: ${connection}

# Nobody may do anything unless listed: Slack user ids, or local/ACCOUNT for the terminal.
policy:
  # May ask for a recovery.
  request: ${list(config.request)}
  # May approve what somebody else asked for.
  approve: ${list(config.approve)}
  # May approve what they asked for themselves.
  approveAlone: ${list(config.approveAlone)}

observe:
  # Where /healthz, /readyz and /metrics are served; off switches them off.
  address: 127.0.0.1:9464
`
}

/** An environment variable that such a configuration needs besides, and where its value is found. */
export interface NeededVariable {
  readonly name: string
  readonly what: string
  readonly where: string
}

const RANCHER_TOKEN: NeededVariable = {
  name: 'RANCHER_TOKEN',
  what: 'an API key of Rancher (token-…:…)',
  where:
    'In Rancher: your picture > Account & API Keys > Create API Key, with no scope; copy the Bearer Token.',
}

const SLACK_BOT_TOKEN: NeededVariable = {
  name: 'SLACK_BOT_TOKEN',
  what: 'the bot token of the Slack app (xoxb-…)',
  where: 'On api.slack.com/apps, your app: OAuth & Permissions > Bot User OAuth Token.',
}

const SLACK_APP_TOKEN: NeededVariable = {
  name: 'SLACK_APP_TOKEN',
  what: 'an app-level token (xapp-…)',
  where:
    'There, Basic Information > App-Level Tokens > Generate Token and Scopes, with the scope connections:write.',
}

const SLACK_SIGNING_SECRET: NeededVariable = {
  name: 'SLACK_SIGNING_SECRET',
  what: 'the signing secret of the Slack app',
  where: 'There, Basic Information > App Credentials > Signing Secret.',
}

/** The environment variables that such a configuration needs besides. */
export function environmentFor({
  team,
  connection,
}: Pick<FirstConfig, 'team' | 'connection'>): readonly NeededVariable[] {
  if (team === null) return [RANCHER_TOKEN]
  const third = connection === 'socket' ? SLACK_APP_TOKEN : SLACK_SIGNING_SECRET
  return [RANCHER_TOKEN, SLACK_BOT_TOKEN, third]
}

function quote(text: string): string {
  return JSON.stringify(text)
}

function list(people: readonly string[]): string {
  return `[${people.map(quote).join(', ')}]`
}
