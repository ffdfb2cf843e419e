import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from './crc32.ts'

/** STUN messages (RFC 8489 5 and 14; RFC 5389 is the same on the wire). Pure; nothing throws on what was received. */

type StunClass = 'request' | 'indication' | 'success' | 'error'

export interface StunAttribute {
  readonly type: number
  /** Without padding. */
  readonly value: Uint8Array
}

export interface StunMessage {
  readonly class: StunClass
  /** 12 bits */
  readonly method: number
  /** 12 bytes */
  readonly transactionId: Uint8Array
  /** Those behind MESSAGE-INTEGRITY are left out, but for FINGERPRINT (RFC 8489 14.5). */
  readonly attributes: readonly StunAttribute[]
}

export interface MappedAddress {
  /** IP literal without brackets. */
  readonly address: string
  readonly port: number
}

export const bindingMethod = 1
export const attributeTypes = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  xorMappedAddress: 0x0020,
  software: 0x8022,
  fingerprint: 0x8028,
} as const

const cookie = 0x2112_a442
const headerBytes = 20
const integrityBytes = 20
const fingerprintMask = 0x5354_554e
/** A datagram cannot hold more that means anything. */
const mostAttributes = 64
const classes: readonly StunClass[] = ['request', 'indication', 'success', 'error']

/** Whether a datagram is STUN and not SIP, RTP or anything else that shares its port (RFC 8489 5, RFC 7983). */
export function isStun(bytes: Uint8Array): boolean {
  if (bytes.byteLength < headerBytes || ((bytes[0] ?? 0xff) & 0xc0) !== 0) return false
  const view = viewOf(bytes)
  return (
    view.getUint32(4) === cookie && view.getUint16(2) === bytes.byteLength - headerBytes && bytes.byteLength % 4 === 0
  )
}

/** Null if it is none, or a broken one. */
export function parseStun(bytes: Uint8Array): StunMessage | null {
  if (!isStun(bytes)) return null
  const found = attributesOf(bytes)
  if (!found) return null
  const type = viewOf(bytes).getUint16(0)
  const kind = ((type >> 7) & 2) | ((type >> 4) & 1)
  const sealed = found.findIndex((attribute) => attribute.type === attributeTypes.messageIntegrity)
  const attributes = found.filter(
    ({ type: kept }, index) => sealed < 0 || index <= sealed || kept === attributeTypes.fingerprint,
  )
  return {
    class: classes[kind] ?? 'request',
    method: ((type & 0x3e00) >> 2) | ((type & 0x00e0) >> 1) | (type & 0x000f),
    transactionId: bytes.slice(8, headerBytes),
    attributes: attributes.map(({ type: given, value }) => ({ type: given, value })),
  }
}

interface StunSeals {
  /** Of MESSAGE-INTEGRITY: the password, or MD5 of `user:realm:password` (RFC 8489 9.1.1, 9.2.2). */
  readonly key?: Uint8Array
  readonly fingerprint?: boolean
}

export function writeStun(message: StunMessage, { key, fingerprint = false }: StunSeals = {}): Buffer {
  let bytes = Buffer.concat([headerOf(message), ...message.attributes.map(attributeBytes)])
  if (key) {
    setLength(bytes, bytes.length + 4 + integrityBytes)
    const value = createHmac('sha1', key).update(bytes).digest()
    bytes = Buffer.concat([bytes, attributeBytes({ type: attributeTypes.messageIntegrity, value })])
  }
  if (fingerprint) {
    setLength(bytes, bytes.length + 8)
    const value = Buffer.alloc(4)
    value.writeUInt32BE((crc32(bytes) ^ fingerprintMask) >>> 0)
    bytes = Buffer.concat([bytes, attributeBytes({ type: attributeTypes.fingerprint, value })])
  }
  setLength(bytes, bytes.length)
  return bytes
}

/** RFC 8489 14.5: whether the MESSAGE-INTEGRITY is there and right. */
export function hasIntegrity(bytes: Uint8Array, key: Uint8Array): boolean {
  const found = attributesOf(bytes)?.find(({ type }) => type === attributeTypes.messageIntegrity)
  if (found?.value.byteLength !== integrityBytes) return false
  const covered = Buffer.from(bytes.subarray(0, found.at))
  setLength(covered, found.at + 4 + integrityBytes)
  return timingSafeEqual(createHmac('sha1', key).update(covered).digest(), found.value)
}

/** RFC 8489 14.7: right, wrong, or not there. It is the last attribute, or none. */
export function fingerprintOf(bytes: Uint8Array): 'right' | 'wrong' | 'absent' {
  const found = attributesOf(bytes)?.at(-1)
  if (found?.type !== attributeTypes.fingerprint) return 'absent'
  if (found.value.byteLength !== 4) return 'wrong'
  const expected = (crc32(bytes.subarray(0, found.at)) ^ fingerprintMask) >>> 0
  return viewOf(found.value).getUint32(0) === expected ? 'right' : 'wrong'
}

/** Where the sender of a request was seen; undefined if the answer does not say. */
export function mappedAddress({ attributes, transactionId }: StunMessage): MappedAddress | undefined {
  const of = (wanted: number) => attributes.find(({ type }) => type === wanted)?.value
  const masked = of(attributeTypes.xorMappedAddress)
  if (masked) return readAddress(unmasked(masked, transactionId))
  // RFC 3489 servers know no other
  const plain = of(attributeTypes.mappedAddress)
  return plain && readAddress(plain)
}

/** RFC 8489 14.2. `address` has to be an IP literal. */
export function xorMappedAddress({ address, port }: MappedAddress, transactionId: Uint8Array): StunAttribute {
  const octets = address.includes(':') ? octetsOfIpv6(address) : address.split('.').map(Number)
  const plain = Uint8Array.from([0, octets.length === 4 ? 1 : 2, port >> 8, port & 255, ...octets])
  return { type: attributeTypes.xorMappedAddress, value: unmasked(plain, transactionId) }
}

/** RFC 8489 14.8 */
export function errorCode({ attributes }: StunMessage): number | undefined {
  const value = attributes.find(({ type }) => type === attributeTypes.errorCode)?.value
  return value && value.byteLength >= 4 ? ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0) : undefined
}

export function errorAttribute(code: number, reason: string): StunAttribute {
  const head = Uint8Array.from([0, 0, Math.floor(code / 100), code % 100])
  return { type: attributeTypes.errorCode, value: Buffer.concat([head, Buffer.from(reason, 'utf8')]) }
}

/** Attributes below 0x8000 have to be understood (RFC 8489 14); which of them are not? */
export function unknownAttributes({ attributes }: StunMessage, known: readonly number[]): number[] {
  return attributes.map(({ type }) => type).filter((type) => type < 0x8000 && !known.includes(type))
}

interface PlacedAttribute extends StunAttribute {
  /** Where its type stands in the message. */
  readonly at: number
}

function attributesOf(bytes: Uint8Array): PlacedAttribute[] | null {
  const view = viewOf(bytes)
  const found: PlacedAttribute[] = []
  for (let at = headerBytes; at < bytes.byteLength;) {
    if (at + 4 > bytes.byteLength || found.length === mostAttributes) return null
    const length = view.getUint16(at + 2)
    const end = at + 4 + length
    if (end > bytes.byteLength) return null
    found.push({ type: view.getUint16(at), value: bytes.slice(at + 4, end), at })
    at = end + ((4 - (length % 4)) % 4)
  }
  return found
}

function headerOf({ class: kind, method, transactionId }: StunMessage): Buffer {
  const header = Buffer.alloc(headerBytes)
  const bits = classes.indexOf(kind)
  const spread = ((method & 0xf80) << 2) | ((method & 0x070) << 1) | (method & 0x00f)
  header.writeUInt16BE(spread | ((bits & 2) << 7) | ((bits & 1) << 4), 0)
  header.writeUInt32BE(cookie, 4)
  header.set(transactionId.subarray(0, 12), 8)
  return header
}

function attributeBytes({ type, value }: StunAttribute): Buffer {
  const bytes = Buffer.alloc(4 + value.byteLength + ((4 - (value.byteLength % 4)) % 4))
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(value.byteLength, 2)
  bytes.set(value, 4)
  return bytes
}

function setLength(bytes: Buffer, end: number): void {
  bytes.writeUInt16BE(end - headerBytes, 2)
}

/** XOR with cookie and transaction id, which is its own inverse. */
function unmasked(value: Uint8Array, transactionId: Uint8Array): Uint8Array {
  const mask = [0x21, 0x12, 0xa4, 0x42, ...transactionId]
  return value.map((byte, index) => {
    if (index < 2) return byte
    return byte ^ ((index < 4 ? mask[index - 2] : mask[index - 4]) ?? 0)
  })
}

function readAddress(value: Uint8Array): MappedAddress | undefined {
  if (value.byteLength < 4) return undefined
  const view = viewOf(value)
  const port = view.getUint16(2)
  if (value[1] === 1 && value.byteLength === 8) return { address: value.subarray(4).join('.'), port }
  if (value[1] !== 2 || value.byteLength !== 20) return undefined
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(4 + 2 * index).toString(16))
  return { address: shortest(groups), port }
}

/** RFC 5952 4.2 */
function shortest(groups: readonly string[]): string {
  const text = groups.join(':')
  const zeros = text.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? []
  const [longest] = zeros.toSorted((one, other) => other.length - one.length)
  if (longest === undefined) return text
  const at = text.indexOf(longest)
  const [before, after] = [text.slice(0, at), text.slice(at + longest.length)]
  return `${before}:${after === '' ? ':' : after}`.replace(/^:(?=[^:])/, '::')
}

function octetsOfIpv6(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const hex = (high: number, low: number) => ((Number(dotted?.[high]) << 8) | Number(dotted?.[low])).toString(16)
  const plain = dotted ? `${dotted[1]}${hex(2, 3)}:${hex(4, 5)}` : address
  const [head = '', tail] = plain.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0)
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255])
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
