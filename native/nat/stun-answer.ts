import {
  attributeTypes,
  bindingMethod,
  errorAttribute,
  fingerprintOf,
  parseStun,
  unknownAttributes,
  writeStun,
  xorMappedAddress,
  type MappedAddress,
} from './stun.ts'

const known: readonly number[] = Object.values(attributeTypes)

/**
 * The answer to a Binding request that came from `source` (RFC 8489 6.3.1.1, RFC 5626 8); undefined if it deserves
 * none. NOTE: credentials are not asked for: what it tells, anybody may know.
 */
export function answerStun(bytes: Uint8Array, source: MappedAddress): Uint8Array | undefined {
  const message = parseStun(bytes)
  if (message?.class !== 'request' || message.method !== bindingMethod || fingerprintOf(bytes) === 'wrong')
    return undefined
  const { method, transactionId } = message
  const seals = { fingerprint: fingerprintOf(bytes) === 'right' }
  const unknown = unknownAttributes(message, known).slice(0, 16)
  if (unknown.length > 0) {
    const types = Uint8Array.from(unknown.flatMap((type) => [type >> 8, type & 255]))
    const attributes = [
      errorAttribute(420, 'Unknown Attribute'),
      { type: attributeTypes.unknownAttributes, value: types },
    ]
    return writeStun({ class: 'error', method, transactionId, attributes }, seals)
  }
  const attributes = [xorMappedAddress(source, transactionId)]
  return writeStun({ class: 'success', method, transactionId, attributes }, seals)
}
