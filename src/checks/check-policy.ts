import type { Policy } from '../recovery/index.ts'
import { type Check, Finding } from './perform.ts'

/** Somebody may ask for a recovery that somebody may approve: another person, or the same one where that is allowed. */
export function checkPolicy(policy: Policy): Check {
  return {
    what: 'Policy',
    async test() {
      const approvers = new Set([...policy.approve, ...policy.approveAlone])
      const requesters = new Set([...policy.request, ...approvers])
      if (approvers.size === 0) {
        throw new Finding(
          'nobody may approve a recovery',
          'List at least one person under policy.approve in reagent.yaml.',
        )
      }
      // An approver may ask too, so two people are enough; a single one could approve only what nobody else can ask for.
      if (policy.approveAlone.size === 0 && requesters.size < 2) {
        throw new Finding(
          `${[...approvers].join(', ')} is the only one who may ask, and may not approve alone`,
          'List somebody else under policy.request or policy.approve in reagent.yaml.',
        )
      }
      const alone = policy.approveAlone.size > 0 ? `, ${policy.approveAlone.size} alone` : ''
      return `${requesters.size} may ask, ${approvers.size} may approve${alone}`
    },
  }
}
