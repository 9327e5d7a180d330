import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv6 } from 'node:net'
import {
  bitString,
  boolean,
  contextConstructed,
  contextPrimitive,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts'

export interface DistinguishedName {
  readonly commonName: string
  readonly organization?: string
}

/** What one certificate says; the signature is the issuer's. */
export interface CertificateContent {
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  readonly publicKey: KeyObject
  readonly issuerPublicKey: KeyObject
  readonly issuerPrivateKey: KeyObject
  readonly validFrom: Date
  readonly validTo: Date
  readonly use: 'authority' | 'server' | 'client'
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
}

const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))

/** Makes and signs an X.509 v3 certificate (RFC 5280) for P-256 keys; gives PEM. */
export function signCertificate(content: CertificateContent): string {
  const serialNumber = randomBytes(16)
  // Clears the sign bit and keeps the first byte from being zero, so that the number is positive and minimal.
  serialNumber[0] = ((serialNumber[0] ?? 0) & 0x7f) | 0x40
  const toBeSigned = sequence(
    contextConstructed(0, integer(Buffer.from([2]))),
    integer(serialNumber),
    ECDSA_WITH_SHA256,
    nameOf(content.issuer),
    sequence(time(content.validFrom), time(content.validTo)),
    nameOf(content.subject),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    contextConstructed(3, sequence(...extensionsOf(content))),
  )
  const signature = sign('sha256', toBeSigned, content.issuerPrivateKey)
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(signature))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function nameOf({ commonName, organization }: DistinguishedName): Buffer {
  const attribute = (oid: string, value: string) =>
    set(sequence(objectIdentifier(oid), utf8String(value)))
  const parts = organization === undefined ? [] : [attribute('2.5.4.10', organization)]
  return sequence(...parts, attribute('2.5.4.3', commonName))
}

function extensionsOf(content: CertificateContent): Buffer[] {
  const isAuthority = content.use === 'authority'
  const extensions = [
    extension('2.5.29.19', isAuthority ? sequence(boolean(true)) : sequence(), true),
    extension('2.5.29.15', isAuthority ? KEY_CERT_SIGN : DIGITAL_SIGNATURE, true),
    extension('2.5.29.14', octetString(keyIdentifierOf(content.publicKey))),
    extension('2.5.29.35', sequence(contextPrimitive(0, keyIdentifierOf(content.issuerPublicKey)))),
  ]
  if (!isAuthority) {
    const purpose = content.use === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2'
    extensions.push(extension('2.5.29.37', sequence(objectIdentifier(purpose))))
  }
  const names = [
    ...content.dnsNames.map((name) => contextPrimitive(2, Buffer.from(name))),
    ...content.ipAddresses.map((address) => contextPrimitive(7, bytesOfAddress(address))),
  ]
  if (names.length > 0) extensions.push(extension('2.5.29.17', sequence(...names)))
  return extensions
}

const DIGITAL_SIGNATURE = bitString(Buffer.from([0b1000_0000]), 7)
/** digitalSignature, keyCertSign and cRLSign. */
const KEY_CERT_SIGN = bitString(Buffer.from([0b1000_0110]), 1)

function extension(oid: string, value: Uint8Array, isCritical = false): Buffer {
  const critical = isCritical ? [boolean(true)] : []
  return sequence(objectIdentifier(oid), ...critical, octetString(value))
}

/** SHA-1 over the public key: the customary key identifier (RFC 5280 §4.2.1.2), no security rests on it. */
function keyIdentifierOf(key: KeyObject): Buffer {
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65)
  return createHash('sha1').update(point).digest()
}

function bytesOfAddress(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const hex = [...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join('')
  return Buffer.from(hex, 'hex')
}
