import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamFramer } from '../../electron/sip/message/framing.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { idle, Station } from '../support/station.ts'
import { StreamNet } from '../support/stream-net.ts'
import { VirtualTime } from '../support/virtual-time.ts'
import { peerSamples, tortureSet } from './torture-set.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** What is wrong with these only the user can tell: body types and offers (RFC 3261 8.2.3, 21.4.4). */
const forTheUser = new Set(['invut.dat', 'sdp01.dat'])

async function bench(transport: 'udp' | 'tcp' = 'udp') {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const streams = new StreamNet(time)
  const phone = await Station.open(net, time, '10.0.0.1', {
    transports: [net.bind('10.0.0.1'), streams.bind('10.0.0.1')],
  })
  const sent: string[] = []
  net.drop = (bytes, from) => {
    if (from.address === phone.address) sent.push(text(bytes))
    return false
  }
  const peer = transport === 'udp' ? net.bind('10.0.0.2') : streams.bind('10.0.0.2')
  peer.delegate = { onBytes: (bytes) => void (transport === 'tcp' && sent.push(text(bytes))), onError() {} }
  const send = async (bytes: Uint8Array) => {
    peer.send(bytes, { transport, address: phone.address, port: 5060 }, () => {})
    await time.advance(100)
  }
  phone.handle = ({ method }, { transactionId }) => {
    if (method !== 'ACK' && method !== 'CANCEL') void phone.respond(transactionId, 486)
  }
  return { time, phone, sent, send }
}

for (const { file, title, kind, action, accepts, bytes } of tortureSet()) {
  for (const transport of ['udp', 'tcp'] as const) {
    test(`RFC 4475 ${file} over ${transport}: ${title}`, async () => {
      const { time, phone, sent, send } = await bench(transport)
      // Over TCP as the framing hands them up: cut at their Content-Length, or broken off behind the head
      const frames = transport === 'udp' ? [] : new StreamFramer().push(bytes)
      const [frame] = frames.filter((found) => found.kind !== 'line-ends')
      if (transport === 'tcp' && (frame === undefined || frame.bytes.byteLength === 0)) return // waits, or is no SIP
      await send(frame?.bytes ?? bytes)
      const endless = frame?.kind === 'broken' && frame.fault === 'no-length'
      const statuses = sent.map((text) => Number(text.split(' ')[1]))
      if (action === 'discard' || action === 'discard-stray') assert.deepEqual(statuses, [], kind)
      else {
        assert.ok(statuses.length > 0, 'it is answered')
        const finals = statuses.filter((status) => status >= 200)
        assert.equal(finals.length, 1)
        if (endless) assert.deepEqual(finals, [400])
        else if (!forTheUser.has(file)) for (const status of statuses) assert.ok(accepts(status), `${status}`)
        for (const text of sent) assert.ok(text.startsWith('SIP/2.0 '))
      }
      assert.deepEqual(phone.faults, [])
      await time.advance(200_000)
      assert.deepEqual(phone.engine.counts(), idle)
    })
  }
}

test('what other phones really sent throws nothing and leaves nothing', async () => {
  const { time, phone, send } = await bench()
  for (const { bytes } of peerSamples()) await send(bytes)
  assert.ok(phone.requests.length > 0)
  await time.advance(200_000)
  assert.deepEqual([phone.faults, phone.engine.counts()], [[], idle])
})
