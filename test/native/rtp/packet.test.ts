import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRtp, writeRtpHeader } from '../../../native/rtp/packet.ts'
import { Sequencer } from '../../../native/rtp/sequencer.ts'
import { seeded } from '../../support/seeded.ts'

const header = { marker: true, payloadType: 101, sequence: 0xfffe, timestamp: 0xfffffff0, ssrc: 0x89abcdef }

function packet(payload: readonly number[], change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes) {
  const bytes = new Uint8Array(12 + payload.length)
  writeRtpHeader(bytes, header)
  bytes.set(payload, 12)
  return change(bytes)
}

const insert = (bytes: Uint8Array, more: readonly number[]) =>
  Uint8Array.from([...bytes.subarray(0, 12), ...more, ...bytes.subarray(12)])

test('what is written is read', () => {
  assert.deepEqual(parseRtp(packet([1, 2, 3])), { ...header, csrc: [], payload: Uint8Array.of(1, 2, 3) })
})

test('CSRC list, extension and padding are taken off', () => {
  const bytes = packet([7, 8, 0, 0, 3], (plain) =>
    insert(plain, [0, 0, 0, 9, 0xff, 0, 0, 1, 0xbe, 0xde, 0, 1, 5, 6, 7, 8]),
  )
  bytes[0] = 0x80 | 0x20 | 0x10 | 2
  const parsed = parseRtp(bytes)
  assert.deepEqual(parsed?.csrc, [9, 0xff000001])
  assert.equal(parsed?.extension?.profile, 0xbede)
  assert.deepEqual([...(parsed?.extension?.data ?? [])], [5, 6, 7, 8])
  assert.deepEqual([...(parsed?.payload ?? [])], [7, 8])
})

for (const [what, change] of Object.entries<(bytes: Uint8Array) => void>({
  'another version': (bytes) => (bytes[0] = 0x40),
  'more CSRC than bytes': (bytes) => (bytes[0] = 0x8f),
  'an extension longer than the packet': (bytes) => ((bytes[0] = 0x90), bytes.set([0, 0, 0xff, 0xff], 12)),
  'padding longer than the payload': (bytes) => ((bytes[0] = 0xa0), (bytes[15] = 5)),
  'padding of zero': (bytes) => ((bytes[0] = 0xa0), (bytes[15] = 0)),
  'an RTCP type': (bytes) => (bytes[1] = 200),
})) {
  test(`${what} is no RTP packet`, () => {
    const bytes = packet([1, 2, 3, 4])
    change(bytes)
    assert.equal(parseRtp(bytes), undefined)
  })
}

test('100,000 random and mutated datagrams: none throws, none yields a payload outside of itself', () => {
  const random = seeded(1)
  const valid = packet(Array.from({ length: 160 }, () => 0xd5))
  for (let round = 0; round < 100_000; round++) {
    const bytes =
      random() < 0.5 ? Uint8Array.from({ length: random() * 60 }, () => random() * 256) : valid.slice(0, random() * 180)
    for (let k = 0; k < 3 && bytes.length > 0; k++)
      bytes[Math.floor(random() * Math.min(bytes.length, 20))] = random() * 256
    const parsed = parseRtp(bytes)
    if (parsed) assert.ok(parsed.payload.length <= bytes.length - 12)
  }
})

test('sequence and timestamp wrap; a fresh stream begins where nobody guesses', () => {
  const sequencer = new Sequencer({ ssrc: 1, sequence: 0xffff, timestamp: 0xffffff60 })
  assert.equal(sequencer.nextSequence(), 0xffff)
  sequencer.advance(160)
  assert.deepEqual(sequencer.position, { ssrc: 1, sequence: 0, timestamp: 0 })
  const random = seeded(2)
  const [a, b] = [0, 1].map(() => Sequencer.fresh(() => random() * 0x1_0000_0000).position)
  assert.ok(a!.ssrc !== b!.ssrc && a!.sequence !== b!.sequence && a!.timestamp !== b!.timestamp)
})
