import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStun, writeStun, bindingMethod, mappedAddress } from '../../../native/nat/stun.ts'
import { isRtcp } from '../../../native/rtp/rtcp/parse.ts'
import type { Endpoint } from '../../../native/session/peer.ts'
import { RtpSession } from '../../../native/session/session.ts'
import { seeded } from '../../support/seeded.ts'
import { sessionConfig } from '../../support/session-config.ts'

const [here, there] = [
  { address: '192.0.2.1', port: 4000 },
  { address: '192.0.2.2', port: 5000 },
]

const config = (to: Endpoint, rtcpMux: boolean) =>
  sessionConfig(to, rtcpMux ? { rtcpMux, remote: { address: to.address, rtpPort: to.port, rtcpPort: to.port } } : {})

function session(seed: number) {
  const random = seeded(seed)
  const sent: { by: 'rtp' | 'rtcp'; datagram: Uint8Array; to: Endpoint }[] = []
  const delegate = {
    sendRtp: (datagram: Uint8Array, to: Endpoint) => void sent.push({ by: 'rtp', datagram, to }),
    sendRtcp: (datagram: Uint8Array, to: Endpoint) => void sent.push({ by: 'rtcp', datagram, to }),
    onDigit: () => {},
  }
  const options = { cname: 'x@test', random: () => random() * 0x1_0000_0000, now: 0 }
  return { session: new RtpSession(delegate, options), sent }
}

/** A call of ten seconds; `b` sits behind a NAT: its packets come from `seen`. What left of `a` beside sound. */
function call(rtcpMux: boolean, seen: Endpoint) {
  const [a, b] = [session(1), session(2)]
  a.session.configure(config(there, rtcpMux))
  b.session.configure(config(here, rtcpMux))
  const reports: { by: string; to: Endpoint }[] = []
  const pass = (from: ReturnType<typeof session>, to: RtpSession, rtp: Endpoint, now: number) => {
    for (const { by, datagram, to: target } of from.sent.splice(0)) {
      const origin = by === 'rtp' ? rtp : { ...rtp, port: rtp.port + 1 }
      if (!isRtcp(datagram)) to.receiveRtp(datagram, origin, now)
      else {
        if (from === a) reports.push({ by, to: target })
        to.receiveRtcp(datagram, origin, now, now)
      }
    }
  }
  for (let now = 0; now < 10_000; now += 20) {
    for (const one of [a, b]) {
      one.session.send(new Int16Array(160))
      one.session.poll(now, 1_700_000_000_000 + now)
    }
    pass(a, b.session, here, now)
    pass(b, a.session, seen, now)
  }
  a.session.close(10_000, 1_700_000_010_000)
  pass(a, b.session, here, 10_000)
  return { reports, a: a.session.quality(0), b: b.session.quality(0) }
}

test('RFC 5761: reports go and come over the RTP ports, behind a NAT too', () => {
  for (const seen of [there, { ...there, port: 6000 }]) {
    const { reports, a, b } = call(true, seen)
    assert.ok(reports.length >= 2)
    for (const report of reports.slice(1)) assert.deepEqual(report, { by: 'rtp', to: seen })
    assert.deepEqual([a.sent.remoteLossPercent, b.sent.remoteLossPercent], [0, 0])
    assert.equal(a.received.lost, 0)
  }
  const { reports } = call(false, there)
  for (const report of reports) assert.deepEqual(report, { by: 'rtcp', to: { ...there, port: 5001 } })
})

function binding(seed: number): Uint8Array {
  const random = seeded(seed)
  const transactionId = Uint8Array.from({ length: 12 }, () => Math.floor(random() * 256))
  return writeStun({ class: 'request', method: bindingMethod, transactionId, attributes: [] }, { fingerprint: true })
}

test('STUN on the RTP port is answered to where it came from, moves nobody, and not without end', () => {
  const { session: one, sent } = session(3)
  const asker = { address: '198.51.100.9', port: 7777 }
  one.receiveRtp(binding(0), asker, 0)
  assert.equal(sent.length, 0, 'no call yet')
  one.configure(config(there, true))
  one.receiveRtp(binding(1), asker, 10)
  const [answer] = sent.splice(0)
  assert.deepEqual(answer?.to, asker)
  const message = parseStun(answer!.datagram)
  assert.equal(message?.class, 'success')
  assert.deepEqual(mappedAddress(message!), asker)
  for (let k = 0; k < 500; k++) one.receiveRtp(binding(k + 2), asker, 20 + k)
  assert.equal(sent.splice(0).length, 49, 'fifty a second')
  one.receiveRtp(binding(999), asker, 2000)
  assert.equal(sent.splice(0).length, 1)
  // A success or an error that nobody asked for gets nothing, or two phones would answer each other for ever.
  one.receiveRtp(answer!.datagram, asker, 2010)
  assert.equal(sent.length, 0)
  one.send(new Int16Array(160))
  assert.deepEqual(sent.at(-1)?.to, there, 'sound goes where it went')
})
