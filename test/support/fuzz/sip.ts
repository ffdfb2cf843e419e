import assert from 'node:assert/strict'
import { parseCSeq } from '../../../electron/sip/message/cseq.ts'
import { maxHeaders } from '../../../electron/sip/message/message.ts'
import { formatNameAddr, parseNameAddr } from '../../../electron/sip/message/name-addr.ts'
import { parseMessage } from '../../../electron/sip/message/parse.ts'
import { serializeMessage } from '../../../electron/sip/message/serialize.ts'
import { formatUri, parseUri } from '../../../electron/sip/message/uri.ts'
import { requestFault, responseFault } from '../../../electron/sip/message/validate.ts'
import { formatVia, parseVia, responseTarget, withSource } from '../../../electron/sip/message/via.ts'
import { peerSamples, tortureSet } from '../../torture/torture-set.ts'
import type { FuzzTarget } from './target.ts'

/** Torture messages, and what real phones sent. */
export const sipCorpus: readonly Buffer[] = [...tortureSet(), ...peerSamples()].map(({ bytes }) => bytes)

/** Messages are read and judged as the engine does it, and written so that they can be read again. */
export const sipTarget = (): FuzzTarget => ({ corpus: sipCorpus, read: readSip, check: checkSip })

export function readSip(bytes: Uint8Array): boolean {
  const result = parseMessage(bytes)
  if (!result.ok) {
    if (result.partial) serializeMessage(result.partial)
    return false
  }
  const { message } = result
  if (message.kind === 'request') requestFault(message)
  else responseFault(message)
  for (const { name, value } of message.headers) {
    if (name === 'CSeq') parseCSeq(value)
    const via = name === 'Via' && parseVia(value)
    if (via) responseTarget(withSource(via, '192.0.2.1', 5060))
    if (addresses.has(name)) parseUri(parseNameAddr(value)?.uri ?? '')
  }
  serializeMessage(message)
  return true
}

const addresses = new Set(['From', 'To', 'Contact', 'Route'])

/** What is written can be read, and is the same. */
export function checkSip(bytes: Uint8Array): void {
  const result = parseMessage(bytes)
  if (!result.ok) return
  const { message } = result
  assert.ok(message.headers.length <= maxHeaders)
  for (const { name, value } of message.headers) {
    const via = name === 'Via' && parseVia(value)
    if (via) assert.deepEqual(parseVia(formatVia(via)), via)
    const address = addresses.has(name) && parseNameAddr(value)
    if (!address) continue
    const uri = parseUri(address.uri)
    if (uri) assert.deepEqual(parseUri(formatUri(uri)), uri)
    assert.deepEqual(parseNameAddr(formatNameAddr(address)), address)
  }
  const written = serializeMessage(message)
  const again = parseMessage(written)
  assert.ok(again.ok, 'what was written can be read')
  assert.deepEqual(again.notes, [], 'and has nothing to mend')
  assert.ok(Buffer.from(serializeMessage(again.message)).equals(written))
  assert.ok(Buffer.from(again.message.body).equals(message.body))
}
