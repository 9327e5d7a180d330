import type { Answer, ClusterLine } from '../queue/index.ts'
import type { Run } from '../recovery/index.ts'
import type { Block, Message } from './block.ts'
import { ACTION, button } from './card/buttons.ts'
import { fallbackText } from './card/fallback-text.ts'
import { stateLine } from './card/state-line.ts'
import { commandTexts } from './command-texts.ts'
import { clip, code, escapeText, person, plain, sentence, when } from './mrkdwn.ts'
import { renderOwners } from './owners.ts'
import { type Inline, mention, moment, paragraph, prose, richText } from './rich-text.ts'

const SHOWN_CLUSTERS = 20
const SHOWN_RUNS = 15
// Slack takes about 13,200 characters in all blocks of a message together.
const LINE_LIMIT = 580

/** A short message of text only. `text` is mrkdwn: values in it must be escaped already. */
export function note(text: string): Message {
  const clipped = clip(text, 2_800)
  return { text: clipped, blocks: [section(clipped)] }
}

/** A refusal or failure for the person who caused it: what happened, then what to do. */
export function refusal(message: string, nextStep: string): Message {
  const spoken = (text: string) => sentence(text.replaceAll('`', ''))
  return {
    text: `${spoken(message)}\n${mentions(spoken(nextStep))}`,
    blocks: [
      richText('refusal', [paragraph(...prose(message)), paragraph(...withMentions(nextStep))]),
    ],
  }
}

/** The answer to `clusters` or `status CLUSTER`, or whose an address in a log line is. */
export function renderAnswer(answer: Answer): Message {
  if (answer.kind === 'failure') return refusal(answer.message, answer.nextStep)
  if (answer.kind === 'owners') return renderOwners(answer.found)
  const { clusters } = answer
  if (clusters.length === 0) return note('Rancher shows no cluster to this token.')
  const lost = clusters.filter(({ state }) => state !== 'active').length
  const rest = clusters.length - SHOWN_CLUSTERS
  const count = clusters.length === 1 ? '1 cluster' : `${clusters.length} clusters`
  const seen = `Rancher sees ${count}, ${lost} of them not active.`
  return {
    text: seen,
    blocks: [
      section(seen),
      ...clusters.slice(0, SHOWN_CLUSTERS).map(clusterBlock),
      ...(rest > 0 ? [section(`and ${rest} more. Ask for one: \`/rancher status CLUSTER\``)] : []),
    ],
  }
}

function clusterBlock({ name, id, state, message, since, openRun }: ClusterLine): Block {
  const sign = state === 'active' ? '🟢' : '🔴'
  const about = [
    `${sign} ${code(name)} ${escapeText(plain(state, 40))}`,
    since ? `since ${when(since)}` : '',
    openRun ? `run ${escapeText(openRun)} is open` : '',
    message ? sentence(message, 200) : '',
  ]
  return {
    type: 'section',
    block_id: `cluster-${plain(id, 60)}`,
    text: {
      type: 'mrkdwn',
      text: clip(about.filter((part) => part !== '').join(' · '), LINE_LIMIT),
    },
    accessory: button(ACTION.diagnose, 'Diagnose', clip(name, 500), `Diagnose ${name}`),
  }
}

/** The latest runs, newest first. */
export function renderRuns(runs: readonly Run[]): Message {
  if (runs.length === 0) return note('There are no runs yet.')
  const shown = runs.slice(0, SHOWN_RUNS)
  return {
    text: clip(
      shown.map((run) => `${escapeText(run.id)} · ${fallbackText(run)}`).join('\n'),
      2_800,
    ),
    blocks: shown.map((run, index) =>
      richText(`run-${index}`, [
        paragraph(
          `${run.id} · `,
          ...stateLine(run).parts,
          ' · last change at ',
          moment(run.changedAt),
        ),
      ]),
    ),
  }
}

/** What can be typed here, and what this person may do. */
export function renderHelp(rights: {
  readonly request: boolean
  readonly approve: boolean
}): Message {
  const may = rights.approve
    ? 'You may ask here, and approve what somebody else asked for.'
    : rights.request
      ? 'You may ask here; somebody else approves.'
      : 'You may neither ask nor approve here: you are not listed in the policy. Whoever runs Reagent can list your id in reagent.yaml.'
  const { reagent, diagnose, clusters, status, explain, runs, cancel, help } = commandTexts
  const lines = (...commands: readonly (typeof reagent)[]) =>
    commands.map(({ usage, does }) => `\`/rancher ${usage}\` ${does}`)
  const text = [
    '*Bring a cluster back*',
    ...lines(reagent),
    '*Look, and change nothing*',
    ...lines(diagnose, clusters, status, explain, runs),
    '*Stop*',
    ...lines(cancel),
    '*Help*',
    ...lines(help),
    '',
    may,
  ].join('\n')
  return { text: text.replace(/[*`]/g, ''), blocks: [section(text)] }
}

/** For the person who asked in a channel that does not take the card. */
export function renderNotPosted(run: Run, channelId: string): Message {
  return note(
    `The card of run ${escapeText(run.id)} for ${code(run.cluster)} could not be posted in <#${escapeText(channelId)}>. The run goes on.\nInvite me there (type \`/invite @reagent\`): the card appears with the next change. Until then, see \`/rancher runs\`.`,
  )
}

// People stand in next steps as `team/user`: shown as mentions.
const PEOPLE = /\b([TE][A-Z0-9]+\/[UW][A-Z0-9]+)\b/

function mentions(text: string): string {
  return text.replace(new RegExp(PEOPLE, 'g'), (key) => person(key))
}

function withMentions(text: string): readonly Inline[] {
  return prose(text).flatMap((part) => {
    if (part.type !== 'text' || part.style) return part
    return part.text
      .split(PEOPLE)
      .flatMap((piece, index): readonly Inline[] =>
        index % 2 === 1 ? mention(piece) : piece === '' ? [] : [{ type: 'text', text: piece }],
      )
  })
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text } }
}
