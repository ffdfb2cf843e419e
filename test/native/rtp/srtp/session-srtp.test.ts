import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SrtpKeying } from '../../../../native/protocol.ts'
import { SessionSrtp } from '../../../../native/rtp/srtp/session-srtp.ts'

const key = (byte: number) => Buffer.alloc(30, byte).toString('base64')
const keying = (send: number, receive: number): SrtpKeying => ({
  suite: 'AES_CM_128_HMAC_SHA1_80',
  send: key(send),
  receive: key(receive),
})

function packet(sequence: number): Uint8Array {
  const bytes = new Uint8Array(32).fill(7)
  bytes.set([0x80, 0, sequence >> 8, sequence & 0xff, 0, 0, 0, 1, 0, 0, 0, 2])
  return bytes
}

function pair() {
  const [one, other] = [new SessionSrtp(), new SessionSrtp()]
  one.configure(keying(1, 2))
  other.configure(keying(2, 1))
  const sealed = (sequence: number) => one.protectRtp(packet(sequence)) ?? assert.fail('it must leave')
  return { one, other, sealed }
}

test('without keys packets pass as they are, and again when the keys are gone', () => {
  const { one, other, sealed } = pair()
  const clear = packet(1)
  assert.notDeepEqual(sealed(1), clear)
  for (const end of [one, other]) end.configure(undefined)
  assert.equal(one.protectRtp(clear), clear)
  assert.equal(one.protectRtcp(clear), clear)
  assert.equal(other.unprotectRtp(clear), clear)
  assert.equal(other.unprotectRtcp(clear), clear)
  assert.equal(other.received, undefined)
})

test('a key that stays keeps its roll-over counter, on both ends; a new one begins at zero (RFC 4568 7.1.4)', () => {
  const { one, other, sealed } = pair()
  const through = (sequence: number) => other.unprotectRtp(sealed(sequence))
  assert.ok(through(65_535))
  assert.ok(through(0), 'the numbers turned over')
  one.configure(keying(1, 2))
  other.configure(keying(2, 1))
  assert.deepEqual(through(1), packet(1))

  // Counters of zero on either end, so that somebody who begins now is understood.
  one.configure(keying(3, 2))
  other.configure(keying(2, 3))
  const fresh = new SessionSrtp()
  fresh.configure(keying(2, 3))
  const first = sealed(2)
  assert.deepEqual([other.unprotectRtp(first), fresh.unprotectRtp(first)], [packet(2), packet(2)])
})

test('what is on its way under the last key is still read, until the first packet under the new one', () => {
  const { one, other, sealed } = pair()
  const [early, late] = [sealed(10), sealed(11)]
  other.configure(keying(2, 3))
  assert.deepEqual(other.unprotectRtp(early), packet(10))
  one.configure(keying(3, 2))
  assert.deepEqual(other.unprotectRtp(sealed(12)), packet(12))
  assert.equal(other.unprotectRtp(late), undefined)
})
