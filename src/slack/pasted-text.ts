/**
 * Lines of a log as they were before they went through Slack: without its escapes, its links (`<http://r/ping|r/ping>` and `<mailto:…>`
 * around what looks like an address of some kind), its mentions and its code fences. White space inside stays, since it may part lines.
 */
export function pastedText(text: string): string {
  return text
    .replaceAll(/<(?:mailto:)?([^<>|\s]+)\|([^<>]+)>/g, asItWas)
    .replaceAll(/<(?:mailto:)?([^<>|\s]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('```', '\n')
    .trim()
}

/** Slack links `rancher.example.com` as `http://rancher.example.com`; the label is what stood there, unless it was cut short. */
function asItWas(_whole: string, target: string, label: string): string {
  return target.includes(label) ? label : target
}
