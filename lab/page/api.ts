import { z } from 'zod'
import type { World } from '../world/index.ts'
import { CLUSTER_ACTIONS, WORLD_ACTIONS } from './contract.ts'
import type { Levers } from './levers.ts'

const COMMAND_CHARACTERS_MAX = 4_000
const ANSWER_WITHIN_MS = 3_000

/** What a call came to; `error` is a sentence for the person, null when all is well. */
export interface ApiAnswer {
  readonly status: number
  readonly error: string | null
}

export type Call = (body: unknown) => Promise<ApiAnswer>

const DONE: ApiAnswer = { status: 200, error: null }

/** What the page can ask for, by path. Every call is a POST with a JSON object. */
export function createApi({ slack, clusters }: World, levers: Levers): ReadonlyMap<string, Call> {
  const person = z
    .string()
    .refine((name) => slack.people().some((one) => one.name === name), 'nobody is called that')

  return new Map<string, Call>([
    [
      '/api/say',
      call(
        z.strictObject({ person, text: z.string().min(1).max(COMMAND_CHARACTERS_MAX) }),
        async ({ person, text }) => {
          if (!/^\/rancher(\s|$)/.test(text)) {
            return { status: 422, error: 'Reagent takes commands: begin with /rancher.' }
          }
          await slack.say(person, text)
          return DONE
        },
      ),
    ],
    [
      '/api/click',
      call(
        z.strictObject({
          person,
          actionId: z.string(),
          ts: z.string().nullable(),
          value: z.string().nullable(),
        }),
        async ({ person, actionId, ts, value }) =>
          delivered(
            await slack.click(person, {
              actionId,
              ...(ts === null ? {} : { ts }),
              ...(value === null ? {} : { value }),
            }),
          ),
      ),
    ],
    [
      '/api/submit',
      call(
        z.strictObject({ person, values: z.record(z.string(), z.string()) }),
        async ({ person, values }) => {
          await slack.submit(person, values)
          return DONE
        },
      ),
    ],
    [
      '/api/close',
      call(z.strictObject({ person }), async ({ person }) => {
        await slack.closeModal(person)
        return DONE
      }),
    ],
    [
      '/api/world',
      call(z.strictObject({ action: z.enum(WORLD_ACTIONS) }), async ({ action }) => {
        await levers.pull(action)
        return DONE
      }),
    ],
    [
      '/api/cluster',
      call(
        z.strictObject({ action: z.enum(CLUSTER_ACTIONS), cluster: z.string() }),
        async ({ action, cluster }) => {
          const found = clusters.find(({ name }) => name === cluster)
          if (!found) return { status: 404, error: 'no cluster is called that' }
          await levers.pullOn(action, found)
          return DONE
        },
      ),
    ],
  ])
}

/** Checks the body and says what went wrong: 400 for a body of another shape, 409 for what cannot be done now. */
function call<Body>(schema: z.ZodType<Body>, perform: (body: Body) => Promise<ApiAnswer>): Call {
  return async (body) => {
    const parsed = schema.safeParse(body)
    if (!parsed.success) return { status: 400, error: z.prettifyError(parsed.error) }
    try {
      return await perform(parsed.data)
    } catch (error) {
      return { status: 409, error: error instanceof Error ? error.message : String(error) }
    }
  }
}

/** What Slack's client tells a person of a click that the bot did not acknowledge. */
function delivered({ status, ackMs }: { status: number | null; ackMs: number }): ApiAnswer {
  if (status === 200) return DONE
  return {
    status: 502,
    error:
      status === null && ackMs >= ANSWER_WITHIN_MS
        ? 'Reagent did not answer within 3 seconds (operation_timeout).'
        : 'Reagent could not be reached (dispatch_failed).',
  }
}
