export { type Authority, createAuthority, type KeyedCertificate } from './authority.ts'
