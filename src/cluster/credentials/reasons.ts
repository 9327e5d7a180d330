import type { PassedOver } from '../contract.ts'

/** Why each of these sources does not work, as one text for people: `SOURCE: reason; SOURCE: reason`. Empty for none. */
export function reasonsIn(passedOver: readonly PassedOver[]): string {
  return passedOver.map(reasonOf).join('; ')
}

/** Many reasons name their source already. */
function reasonOf({ source, failure }: PassedOver): string {
  const reason = failure.message.replace(/\.$/, '')
  const isNamed = reason.toLowerCase().includes(source.toLowerCase())
  return isNamed ? reason : `${source}: ${reason}`
}
