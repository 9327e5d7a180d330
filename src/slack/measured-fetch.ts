import type { webApi } from '@slack/bolt'
import type { Meter } from '../observe/index.ts'

/** For Slack's web client: the platform's `fetch`, each call of which is told to the meter and, by its outcome, to `onOutcome`. */
export function measuredFetch(
  meter: Pick<Meter, 'slackCall' | 'slackRateLimit'>,
  onOutcome: (outcome: string) => void = () => undefined,
): webApi.FetchFunction {
  return async function fetchMeasured(url, init) {
    const call = methodOf(url)
    const startedAt = performance.now()
    const tell = (outcome: string) => {
      meter.slackCall({ call, outcome, seconds: (performance.now() - startedAt) / 1_000 })
      onOutcome(outcome)
    }
    try {
      const response = await fetch(url, init)
      if (response.status === 429) {
        const seconds = Number(response.headers.get('retry-after'))
        if (seconds > 0) meter.slackRateLimit(call, seconds)
      }
      tell(await outcomeOf(response))
      return response
    } catch (error) {
      tell(init?.signal?.aborted ? 'timed_out' : 'unreachable')
      throw error
    }
  }
}

/** The last part of the address, such as `chat.postMessage`. */
function methodOf(url: string | URL): string {
  const [method = ''] = /[a-zA-Z.]+$/.exec(new URL(url).pathname) ?? []
  return method || 'unknown'
}

/** `ok`, Slack's own word such as `channel_not_found`, or one for what stood in the way. */
async function outcomeOf(response: Response): Promise<string> {
  if (response.status === 429) return 'rate_limited'
  if (response.status !== 200) return `http_${Math.floor(response.status / 100)}xx`
  const answer = parsed(await response.clone().text())
  if (answer.ok === true) return 'ok'
  const { error } = answer
  return typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'unexpected_answer'
}

function parsed(text: string): { readonly ok?: unknown; readonly error?: unknown } {
  try {
    const answer: unknown = JSON.parse(text)
    return answer !== null && typeof answer === 'object' ? answer : {}
  } catch {
    return {}
  }
}
