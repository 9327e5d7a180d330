export { judgeSupport, type SupportVerdict } from './judge-support.ts'
export { supportNotes, unsupportedRuntimes } from './support-notes.ts'
