import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseCSeq } from '../../../electron/sip/message/cseq.ts'
import { maxHeaders, type SipMessage } from '../../../electron/sip/message/message.ts'
import { formatNameAddr, parseNameAddr } from '../../../electron/sip/message/name-addr.ts'
import { parseMessage } from '../../../electron/sip/message/parse.ts'
import { serializeMessage } from '../../../electron/sip/message/serialize.ts'
import { formatUri, parseUri } from '../../../electron/sip/message/uri.ts'
import { requestFault, responseFault } from '../../../electron/sip/message/validate.ts'
import { formatVia, parseVia, responseTarget, withSource } from '../../../electron/sip/message/via.ts'
import { mutate } from '../../support/mutate.ts'
import { seeded } from '../../support/seeded.ts'
import { peerSamples, tortureSet } from '../../torture/torture-set.ts'

const corpus: Buffer[] = [...tortureSet(), ...peerSamples()].map(({ bytes }) => bytes)

/** Everything the engine does with a message before it decides anything. */
function exercise(message: SipMessage): void {
  if (message.kind === 'request') requestFault(message)
  else responseFault(message)
  for (const { name, value } of message.headers) {
    if (name === 'CSeq') parseCSeq(value)
    if (name === 'Via') {
      const via = parseVia(value)
      if (!via) continue
      assert.deepEqual(parseVia(formatVia(via)), via)
      responseTarget(withSource(via, '192.0.2.1', 5060))
    }
    if (name === 'From' || name === 'To' || name === 'Contact' || name === 'Route') {
      const address = parseNameAddr(value)
      if (!address) continue
      const uri = parseUri(address.uri)
      if (uri) assert.deepEqual(parseUri(formatUri(uri)), uri)
      assert.deepEqual(parseNameAddr(formatNameAddr(address)), address)
    }
  }
}

function assertStable(message: SipMessage): void {
  const again = parseMessage(serializeMessage(message))
  assert.ok(again.ok, 'what was written can be read')
  assert.deepEqual(again.notes, [], 'and has nothing to mend')
  const written = serializeMessage(again.message)
  assert.deepEqual(written, serializeMessage(message))
  assert.deepEqual(Buffer.from(again.message.body), Buffer.from(message.body))
}

suite('SIP messages from a hostile wire', () => {
  test('20,000 mutants of torture messages and real traffic: none throws, what is accepted round-trips', () => {
    const random = seeded(20_261_121)
    let accepted = 0
    for (let round = 0; round < 20_000; round++) {
      const mutant = mutate(corpus[round % corpus.length] as Buffer, corpus, random)
      const result = parseMessage(mutant)
      if (!result.ok) {
        if (result.partial) serializeMessage(result.partial)
        continue
      }
      accepted++
      assert.ok(result.message.headers.length <= maxHeaders)
      exercise(result.message)
      assertStable(result.message)
    }
    assert.ok(accepted > 4_000 && accepted < 19_000, `${accepted} of the mutants were still messages`)
  })

  test('5,000 datagrams of noise: none throws, none is answered', () => {
    const random = seeded(4475)
    for (let round = 0; round < 5_000; round++) {
      const noise = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256))
      const result = parseMessage(noise)
      assert.ok(!result.ok && result.status === undefined)
    }
  })

  test('the untouched messages round-trip', () => {
    for (const bytes of corpus) {
      const result = parseMessage(bytes)
      if (!result.ok) continue
      exercise(result.message)
      assertStable(result.message)
    }
  })
})
