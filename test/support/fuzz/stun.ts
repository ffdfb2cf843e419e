import { answerStun } from '../../../native/nat/stun-answer.ts'
import { stepStunClient, stunClient } from '../../../native/nat/stun-client.ts'
import {
  errorAttribute,
  errorCode,
  fingerprintOf,
  hasIntegrity,
  mappedAddress,
  parseStun,
  writeStun,
  xorMappedAddress,
} from '../../../native/nat/stun.ts'
import type { FuzzTarget } from './target.ts'

const id = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex')
const key = Buffer.from('key')
const source = { address: '192.0.2.1', port: 32_853 }
const message = (kind: 'request' | 'success' | 'error', ...attributes: { type: number; value: Uint8Array }[]) =>
  writeStun({ class: kind, method: 1, transactionId: id, attributes }, { key, fingerprint: true })

/** Requests and answers of STUN. Half of the mutants get their length right again, or hardly any would be looked at. */
export const stunTarget = (): FuzzTarget => ({
  corpus: [
    message('request', { type: 0x8022, value: Buffer.from('a client') }),
    message('request', { type: 0x7777, value: Buffer.alloc(3) }),
    message('success', xorMappedAddress(source, id)),
    message('success', xorMappedAddress({ address: '2001:db8::1', port: 1 }, id)),
    message('success', { type: 1, value: Uint8Array.from([0, 1, 0x80, 0x55, 192, 0, 2, 1]) }),
    message('error', errorAttribute(420, 'Unknown Attribute')),
  ],
  read(mutant) {
    if (mutant.length >= 20 && (mutant[mutant.length >> 1] ?? 0) % 2 === 0)
      mutant.writeUInt16BE((mutant.length - 20) & 0xffff, 2)
    const read = parseStun(mutant)
    hasIntegrity(mutant, key)
    fingerprintOf(mutant)
    answerStun(mutant, source)
    stepStunClient(stunClient(id), { kind: 'response', bytes: mutant })
    if (!read) return false
    mappedAddress(read)
    errorCode(read)
    writeStun(read)
    return true
  },
})
