import { NEWEST_KNOWN, type RancherVersion } from '../rancher/index.ts'

/** What an approver should know about a Rancher of which little is known. Empty for versions 2.1 to 2.14. */
export function versionNotes({ acquaintance, text }: RancherVersion): readonly string[] {
  switch (acquaintance) {
    case 'newer':
      return [
        `This Rancher is ${text}, newer than ${NEWEST_KNOWN}, the newest that Reagent knows: it is treated like that one.`,
      ]
    case 'unnamed':
      return [
        `This Rancher does not say which version it is (${text}): it is treated like ${NEWEST_KNOWN}, and where it does not know that version’s address of the manifest, the older address is taken.`,
      ]
    default:
      return []
  }
}
