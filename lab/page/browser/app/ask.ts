/** Asks the lab for something. Resolves with a sentence about what went wrong, null when nothing did; never rejects. */
export async function ask(path: string, body: object): Promise<string | null> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const { error } = await response.json()
    return error
  } catch {
    return 'The lab does not answer. Is the demo still running?'
  }
}
