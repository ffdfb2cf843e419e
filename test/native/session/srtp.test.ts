import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SrtpKeying, SrtpReceived, StreamPosition } from '../../../native/protocol.ts'
import { parseRtp } from '../../../native/rtp/packet.ts'
import { parseRtcp } from '../../../native/rtp/rtcp/parse.ts'
import { RtpSession } from '../../../native/session/session.ts'
import { seeded } from '../../support/seeded.ts'
import { sine } from '../../support/tone.ts'
import { sessionConfig } from '../../support/session-config.ts'

const [here, there] = [
  { address: '192.0.2.1', port: 4000 },
  { address: '192.0.2.2', port: 5000 },
]
const key = (letter: string) => Buffer.alloc(30, letter).toString('base64')
const suite = 'AES_CM_128_HMAC_SHA1_80'
const keys = (send: string, receive: string): SrtpKeying => ({ suite, send: key(send), receive: key(receive) })

const config = (to: typeof here, srtp?: SrtpKeying) => sessionConfig(to, srtp && { srtp })

function session(seed: number, srtpReceived?: SrtpReceived, resume?: StreamPosition) {
  const random = seeded(seed)
  const rtp: Uint8Array[] = []
  const rtcp: Uint8Array[] = []
  const delegate = {
    sendRtp: (datagram: Uint8Array) => void rtp.push(datagram),
    sendRtcp: (datagram: Uint8Array) => void rtcp.push(datagram),
    onDigit: () => {},
  }
  const options = { cname: 'x@test', random: () => random() * 0x1_0000_0000, now: 0 }
  const before = { ...(srtpReceived && { srtpReceived }), ...(resume && { resume }) }
  return { session: new RtpSession(delegate, { ...options, ...before }), rtp, rtcp }
}

/** Sends so many packets of a tone from `a` to `b`; how many of them `b` took. */
function talk(
  a: ReturnType<typeof session>,
  b: ReturnType<typeof session>,
  packets: number,
  at = 0,
  from = here,
): number {
  const before = b.session.quality(0).received.packets
  for (let k = 0; k < packets; k++) {
    a.session.send(sine(8000, 440, 160))
    for (const datagram of a.rtp.splice(0)) b.session.receiveRtp(datagram, from, at + k * 20)
  }
  return b.session.quality(0).received.packets - before
}

test('encrypted, sound and reports arrive, and nothing in clear is heard or said', () => {
  const [a, b] = [session(1), session(2)]
  a.session.configure(config(there, keys('a', 'b')))
  b.session.configure(config(here, keys('b', 'a')))
  a.session.send(sine(8000, 440, 160))
  const [wire] = a.rtp
  assert.ok(wire)
  assert.equal(wire.length, 172 + 10)
  assert.ok(new Set(parseRtp(wire)!.payload).size > 80, 'noise, not a tone')
  assert.equal(talk(a, b, 50), 51)
  const frame = new Int16Array(160)
  b.session.take(frame, 1000)
  assert.ok(Math.max(...frame) > 1000, 'the tone is heard')
  a.session.close(6000, 1_700_000_000_000)
  assert.equal(parseRtcp(a.rtcp[0]!)?.some(({ type }) => type === 'bye') ?? false, false, 'the report is encrypted')
  // Somebody who knows the address but not the key.
  const stranger = session(3)
  stranger.session.configure(config(there))
  assert.equal(talk(stranger, b, 50, 2000), 0)
  const thief = session(4)
  thief.session.configure(config(there, keys('t', 'b')))
  assert.equal(talk(thief, b, 50, 4000), 0)
  assert.equal(b.session.quality(0).received.refused, 100, 'they are counted')
})

test('reports that are authentic count, others do not', () => {
  const [a, b] = [session(1), session(2)]
  a.session.configure(config(there, keys('a', 'b')))
  b.session.configure(config(here, keys('b', 'a')))
  talk(a, b, 300)
  for (let now = 0; now < 20_000; now += 10) b.session.poll(now, 1_700_000_000_000 + now)
  const [report] = b.rtcp
  assert.ok(report)
  const forged = Uint8Array.from(report)
  forged[12]! ^= 1
  a.session.receiveRtcp(forged, { ...there, port: there.port + 1 }, 5000, 1_700_000_005_000)
  assert.equal(a.session.quality(0).sent.remoteLossPercent, undefined)
  a.session.receiveRtcp(report, { ...there, port: there.port + 1 }, 5000, 1_700_000_005_000)
  assert.equal(a.session.quality(0).sent.remoteLossPercent, 0)
})

test('a new key is in force at once; what is still on its way under the old one is heard until the first under the new', () => {
  const [a, b] = [session(1), session(2)]
  a.session.configure(config(there, keys('a', 'b')))
  b.session.configure(config(here, keys('b', 'a')))
  assert.equal(talk(a, b, 20), 20)
  b.session.configure(config(here, keys('c', 'd')))
  assert.equal(talk(a, b, 5, 400), 5)
  const old = session(1)
  old.session.configure(config(there, keys('a', 'b')))
  a.session.configure(config(there, keys('d', 'c')))
  assert.equal(talk(a, b, 20, 500), 20)
  talk(old, session(9), 40)
  assert.equal(talk(old, b, 20, 900), 0)
  // A hold changes no key, and no packet counts anew.
  a.session.configure({ ...config(there, keys('d', 'c')), sending: false })
  a.session.configure(config(there, keys('d', 'c')))
  assert.equal(talk(a, b, 20, 1300), 20)
})

test('another process goes on: what was heard is not heard again, and we send as somebody new under the same key', () => {
  // Just before the turn of the sequence number, which only the process that dies will have counted.
  const a = session(1, undefined, { ssrc: 77, sequence: 65_500, timestamp: 5 })
  const b = session(2)
  a.session.configure(config(there, keys('a', 'b')))
  b.session.configure(config(here, keys('b', 'a')))
  const wire: Uint8Array[] = []
  for (let k = 0; k < 100; k++) {
    a.session.send(new Int16Array(160))
    wire.push(...a.rtp)
    for (const datagram of a.rtp.splice(0)) b.session.receiveRtp(datagram, here, k * 20)
  }
  const position = b.session.srtpReceived
  assert.equal(position?.rollover, 1)
  const next = session(22, position)
  next.session.configure(config(here, keys('b', 'a')))
  for (const datagram of wire) next.session.receiveRtp(datagram, here, 0)
  assert.equal(next.session.quality(0).received.packets, 0)
  assert.equal(talk(a, next, 50), 50)
  assert.notEqual(next.session.position.ssrc, b.session.position.ssrc)
  assert.equal(talk(next, a, 50, 0, there), 50, 'the peer takes the new source')
})
