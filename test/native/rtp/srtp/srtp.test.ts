import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveKey, keyStream, sessionKeys } from '../../../../native/rtp/srtp/keys.ts'
import { estimate, SrtpReceiver } from '../../../../native/rtp/srtp/receiver.ts'
import { SrtpSender } from '../../../../native/rtp/srtp/sender.ts'
import { StreamCipher } from '../../../../native/rtp/srtp/stream-cipher.ts'
import type { SrtpSuite } from '../../../../native/protocol.ts'
import { seeded } from '../../../support/seeded.ts'
import vectors from '../../../vectors/srtp_rfc3711.json' with { type: 'json' }

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array | undefined) => data && Buffer.from(data).toString('hex')
const suites = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const satisfies SrtpSuite[]

const { packet: example } = vectors
const master = bytes(example.master_key + example.master_salt)

function pair(suite: SrtpSuite = suites[0], mkiBytes = 0) {
  return { sender: new SrtpSender(suite, master), receiver: new SrtpReceiver({ suite, master, mkiBytes }) }
}

function rtp(sequence: number, ssrc = 0xcafe_babe, length = 160): Uint8Array {
  const packet = Buffer.alloc(12 + length, sequence & 0xff)
  packet.writeUInt16BE(0x8000, 0)
  packet.writeUInt16BE(sequence & 0xffff, 2)
  packet.writeUInt32BE(sequence * 160, 4)
  packet.writeUInt32BE(ssrc, 8)
  return new Uint8Array(packet)
}

test('RFC 3711 B.2: the key stream of AES in counter mode', () => {
  const { session_key, session_salt, blocks } = vectors.b2_aes_cm
  for (const { counter, keystream } of blocks) {
    const start = bytes(session_salt + counter)
    assert.equal(hex(keyStream(bytes(session_key), start, new Uint8Array(16))), keystream.toLowerCase(), counter)
  }
})

test('RFC 3711 B.3: session keys out of a master key', () => {
  const { master_key, master_salt, derived } = vectors.b3_kdf
  const from = bytes(master_key + master_salt)
  for (const [name, expected] of Object.entries(derived)) {
    const key = deriveKey(from, Number(name.slice(-2)), expected.length / 2)
    assert.equal(hex(key), expected.toLowerCase(), name)
  }
  assert.throws(() => sessionKeys(from.subarray(1)), /30 bytes/)
})

test('the packets of libsrtp, both suites, RTP and RTCP, there and back', () => {
  for (const suite of suites) {
    const { sender, receiver } = pair(suite)
    const secured = sender.protectRtp(bytes(example.rtp))
    assert.equal(hex(secured), example[suite])
    assert.equal(hex(receiver.unprotectRtp(secured!)), example.rtp)
    const report = sender.protectRtcp(bytes(example.srtcp_plain))
    // RFC 4568 6.2.2: the short tag is for RTP alone.
    assert.equal(hex(report), example.srtcp_index1_80)
    assert.equal(hex(receiver.unprotectRtcp(report!)), example.srtcp_plain)
  }
})

test('RFC 3711 3.3.1: a sequence number that turns over counts on, out of order and after losses too', () => {
  const { sender, receiver } = pair()
  const wire = new Map<number, Uint8Array>()
  const sent = [65_000, 65_534, 65_535, 65_536, 65_537, 66_000, 90_000, 120_000, 131_071, 131_072, 131_073, 131_080]
  for (const index of sent) wire.set(index, sender.protectRtp(rtp(index))!)
  const hears = (index: number) => hex(receiver.unprotectRtp(wire.get(index)!)) === hex(rtp(index))
  for (const index of [65_000, 65_535, 65_537, 65_536, 65_534, 66_000, 90_000, 120_000, 131_071, 131_073, 131_072])
    assert.ok(hears(index), String(index))
  assert.deepEqual(receiver.position, { ssrc: 0xcafe_babe, rollover: 2, sequence: 1 })
  // What another process received goes on in this one; in a fresh one the packets are nobody's.
  const resumed = new SrtpReceiver({ suite: suites[0], master, mkiBytes: 0, resume: receiver.position })
  assert.ok(resumed.unprotectRtp(wire.get(131_080)!))
  assert.equal(resumed.unprotectRtp(wire.get(131_073)!), undefined, 'it was heard before')
  assert.equal(pair().receiver.unprotectRtp(wire.get(131_080)!), undefined)
  const turned = new StreamCipher(sessionKeys(master).rtp)
  const first = bytes(example.roc1_80)
  assert.ok(turned.isTag(first.subarray(-10), first.subarray(0, -10), 1), 'the vector of the second turn')
  assert.deepEqual(
    [
      [-1, 65_535],
      [65_535, 0],
      [65_536, 65_535],
      [10, 65_000],
      [2 ** 48 - 1, 0],
    ].map(([highest, sequence]) => estimate(highest!, sequence!)),
    [65_535, 65_536, 65_535, 65_000, 0xffff_ffff * 65_536],
  )
})

test('RFC 3711 3.3.2: no packet is taken twice, none that is older than the window, and each SSRC counts for itself', () => {
  const { sender, receiver } = pair()
  const wire = Array.from({ length: 600 }, (_, index) => sender.protectRtp(rtp(index))!)
  const takes = (index: number) => receiver.unprotectRtp(wire[index]!) !== undefined
  assert.deepEqual([100, 100, 99, 99, 101, 163, 98, 98].map(takes), [true, false, true, false, true, true, true, false])
  // 64 packets of disorder are the least; what is far behind is not believed.
  assert.deepEqual([500, 437, 437, 244, 101].map(takes), [true, true, false, false, false])
  const other = new SrtpSender(suites[0], master)
  assert.ok(receiver.unprotectRtp(other.protectRtp(rtp(100, 7))!))
  const reports = Array.from({ length: 3 }, () => sender.protectRtcp(bytes(example.srtcp_plain))!)
  assert.deepEqual(
    [2, 0, 0, 2, 1].map((k) => receiver.unprotectRtcp(reports[k]!) !== undefined),
    [true, true, false, false, true],
  )
})

test('a hundred sources under one key cost the room of 64', () => {
  const { receiver } = pair()
  for (let ssrc = 1; ssrc <= 100; ssrc++) {
    assert.ok(receiver.unprotectRtp(new SrtpSender(suites[0], master).protectRtp(rtp(5, ssrc))!))
  }
  const recent = new SrtpSender(suites[0], master).protectRtp(rtp(5, 60))!
  assert.equal(receiver.unprotectRtp(recent), undefined)
})

test('a master key identifier in the peer’s packets is passed over', () => {
  const { sender, receiver } = pair(suites[1], 3)
  const identified = (packet: Uint8Array, tag: number) =>
    new Uint8Array(Buffer.concat([packet.subarray(0, -tag), Buffer.from('abc'), packet.subarray(-tag)]))
  assert.equal(hex(receiver.unprotectRtp(identified(sender.protectRtp(rtp(1))!, 4))), hex(rtp(1)))
  const report = bytes(example.srtcp_plain)
  assert.equal(hex(receiver.unprotectRtcp(identified(sender.protectRtcp(report)!, 10))), hex(report))
})

test('a changed, cut or foreign packet is nobody’s, moves nothing, and throws nowhere', () => {
  const random = seeded(3711)
  const pick = (below: number) => Math.floor(random() * below)
  for (const suite of suites) {
    const { sender, receiver } = pair(suite)
    let heard = 0
    for (let index = 0; index < 3000; index++) {
      const isReport = index % 4 === 0
      const good = isReport ? sender.protectRtcp(bytes(example.srtcp_plain))! : sender.protectRtp(rtp(index))!
      const bad = Uint8Array.from(good)
      for (let k = 0; k <= pick(3); k++) bad[pick(bad.length)]! ^= 1 << pick(8)
      const cut = bad.subarray(pick(4), pick(4) === 0 ? pick(bad.length) : bad.length)
      const noise = Uint8Array.from({ length: pick(60) }, () => pick(256))
      for (const packet of [cut, noise]) {
        const intact = hex(packet) === hex(good)
        for (const clear of [receiver.unprotectRtp(packet), receiver.unprotectRtcp(packet)])
          assert.ok(clear === undefined || intact, `${suite} ${index}`)
        if (intact) heard++
        sender.protectRtp(Uint8Array.from(noise.subarray(0, 11)))
      }
      const clear = isReport ? receiver.unprotectRtcp(good) : receiver.unprotectRtp(good)
      if (clear) heard++
    }
    assert.equal(heard, 3000, 'every true packet was taken once')
  }
})
