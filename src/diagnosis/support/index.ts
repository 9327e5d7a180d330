export { judgeSupport, type SupportVerdict } from './judge-support.ts'
export { supportNotes } from './support-notes.ts'
