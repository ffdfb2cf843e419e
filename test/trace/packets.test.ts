import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TracedPacket } from '../../electron/phone/trace-message.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { PacketRing } from '../../electron/trace/packet-ring.ts'
import { readCaptureFile } from '../../electron/dissect/pcap-reader.ts'
import { lengthOf, monoSamples, parseWav } from '../../native/audio/wav.ts'
import { pcmu } from '../../native/codec/pcmu.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { PhoneTrace } from '../../electron/phone/phone-trace.ts'
import { PacketTap } from '../../native/packet-tap.ts'
import type { MediaEvent } from '../../native/protocol.ts'
import { sdp, sip } from '../support/written-trace.ts'

const local = { address: '0.0.0.0', port: 8000 }
const remote = { address: '192.0.2.2', port: 9000 }

function rtp(sequence: number, size = 160, first = 0x80): Uint8Array {
  const packet = Buffer.alloc(12 + size, 0x55)
  packet.writeUInt8(first, 0)
  packet.writeUInt8(0, 1)
  packet.writeUInt16BE(sequence, 2)
  packet.writeUInt32BE(sequence * 160, 4)
  packet.writeUInt32BE(0xabcdef01, 8)
  return packet
}

const traced = (at: number, data: Uint8Array, length = data.length, port = 8000): TracedPacket => ({
  at,
  direction: 'out',
  local: { ...local, port },
  remote,
  length,
  data: Buffer.from(data).toString('base64'),
})

function pcmuValue(code: number): number | undefined {
  const pcm = new Int16Array(1)
  pcmu.decode(Uint8Array.of(code), pcm)
  return pcm[0]
}

test('the tap keeps headers and no speech, RTCP whole, all only where all is wanted', () => {
  const events: MediaEvent[] = []
  const tap = new PacketTap(
    (event) => events.push(event),
    () => 1.5,
  )
  const rtcp = Buffer.from([0x80, 200, 0, 6, ...Array.from({ length: 24 }, (_, at) => at)])
  tap.seen('out', local, remote, rtp(1))
  tap.flush()
  assert.deepEqual(events, [], 'nobody looks on')
  tap.depth = 'headers'
  tap.seen('out', local, remote, rtp(1))
  tap.seen('in', local, remote, rtcp)
  tap.seen('in', local, remote, Buffer.from([0x91, 0]))
  tap.depth = 'whole'
  tap.seen('out', local, remote, rtp(2))
  tap.flush()
  const told = (events as readonly MediaEvent[]).flatMap((one) => (one.event === 'packets' ? one.packets : []))
  assert.deepEqual(
    told.map(({ length, data }) => [length, Buffer.from(data, 'base64').length]),
    [
      [172, 12],
      [28, 28],
      [2, 2],
      [172, 172],
    ],
  )
  for (let at = 0; at < 70; at++) tap.seen('out', local, remote, rtp(at))
  assert.equal(events.length, 2, 'many are told without waiting')
  tap.flush()
})

test('of what was recorded whole one can listen to either side; else it is said why not', async () => {
  const recorder = new TraceRecorder({ now: () => 5, wallTime: () => Date.UTC(2026, 0, 1) })
  const endpoint = (address: string) => ({ transport: 'udp', address, port: 5060 }) as const
  recorder.onMessage({
    direction: 'out',
    local: endpoint('192.0.2.1'),
    remote: endpoint('192.0.2.2'),
    bytes: Buffer.from(sip('INVITE sip:b SIP/2.0', { callId: 'c', body: sdp('192.0.2.1', 8000) })),
    retransmission: false,
  })
  const start = Date.UTC(2026, 0, 1)
  const packets = Array.from({ length: 100 }, (_, at) => rtp(at))
  recorder.onPackets(packets.map((data, at) => traced(start + at * 20, data)))
  const trace = new PhoneTrace(recorder, () => {})
  const [stream, ...others] = trace.streams('c')
  assert.ok(stream && others.length === 0)
  assert.deepEqual([stream.from, stream.to, stream.sound], ['192.0.2.1:8000', '192.0.2.2:9000', 'whole'])
  const wav = parseWav(await trace.listen('c', stream.ssrc))
  assert.equal(lengthOf(wav), 16_000)
  // 0x55 in mu-law, all the time
  assert.equal(monoSamples(wav, 12_000, 1)[0], pcmuValue(0x55))
  const refused = (ssrc: string, code: string, reason?: string) =>
    assert.rejects(trace.listen('c', ssrc), (error) => {
      assert.ok(error instanceof PhoneError)
      assert.deepEqual([error.code, error.data['reason']], [code, reason])
      return true
    })
  await refused('00000001', 'not-found', 'stream')
  await assert.rejects(trace.listen('d', stream.ssrc), { code: 'not-found' })
  assert.throws(() => trace.streams('d'), { code: 'not-found' })
  const other = (data: Uint8Array) => {
    const bytes = Buffer.from(data)
    bytes.writeUInt32BE(0xaa, 8)
    return bytes.subarray(0, 12)
  }
  recorder.onPackets(packets.map((data, at) => traced(start + at * 20, other(data), 172)))
  await refused('000000aa', 'bad-state', 'headers')
})

test('the ring forgets the oldest, by number and by bytes', () => {
  const few = new PacketRing({ packets: 10, bytes: 10_000 })
  for (let at = 0; at < 9000; at++) few.put(traced(at, rtp(at, 0), 172))
  const all = few.datagrams(undefined, () => '192.0.2.1')
  assert.deepEqual(
    all.map(({ atMicros }) => Number(atMicros) / 1000),
    Array.from({ length: 10 }, (_, at) => 8990 + at),
  )
  assert.deepEqual(Buffer.from(all[0]?.payload ?? []), Buffer.from(rtp(8990, 0)))
  const small = new PacketRing({ packets: 1000, bytes: 1000 })
  for (let at = 0; at < 100; at++) small.put(traced(at, rtp(at, 160)))
  assert.ok(small.datagrams(undefined, () => '').length <= 5)
})

test('a call is exported with its own packets and with the lengths they had on the wire', () => {
  const clock = { now: () => 5, wallTime: () => Date.UTC(2026, 0, 1) }
  const recorder = new TraceRecorder(clock)
  const endpoint = (address: string) => ({ transport: 'udp', address, port: 5060 }) as const
  recorder.onMessage({
    direction: 'out',
    local: endpoint('192.0.2.1'),
    remote: endpoint('192.0.2.2'),
    bytes: Buffer.from(sip('INVITE sip:b SIP/2.0', { callId: 'c', body: sdp('192.0.2.1', 8000) })),
    retransmission: false,
  })
  let told = 0
  recorder.onDepthChanged = () => (told += 1)
  recorder.packets('headers')
  assert.deepEqual([recorder.depth, told], ['headers', 1])
  const later = Date.UTC(2026, 0, 1) + 10
  recorder.onPackets([
    traced(later, rtp(1).subarray(0, 12), 172),
    traced(later + 1, rtp(7).subarray(0, 12), 172, 7000),
    traced(later + 20, rtp(2).subarray(0, 12), 172),
  ])
  for (const format of ['pcap', 'pcapng'] as const) {
    const { packets } = readCaptureFile(recorder.export({ sipCallId: 'c', format }))
    assert.deepEqual(
      packets.slice(1).map(({ bytes, atMicros }) => [bytes.length, atMicros / 1000]),
      [
        [40, later],
        [40, later + 20],
      ],
    )
    const ip = Buffer.from(packets[1]?.bytes ?? [])
    assert.deepEqual([ip.readUInt16BE(2), ip.readUInt16BE(24)], [200, 180], 'as long as they were')
    assert.deepEqual([...ip.subarray(12, 16)], [192, 0, 2, 1], 'from the address that the offer names')
  }
  assert.equal(readCaptureFile(recorder.export({ format: 'pcap' })).packets.length, 4)
  // It is refused, and a later call takes its port.
  recorder.onMessage({
    direction: 'in',
    local: endpoint('192.0.2.1'),
    remote: endpoint('192.0.2.2'),
    bytes: Buffer.from(sip('SIP/2.0 486 Busy Here', { callId: 'c', cseq: '1 INVITE' })),
    retransmission: false,
  })
  recorder.onPackets([traced(later + 60_000, rtp(3).subarray(0, 12), 172)])
  assert.equal(readCaptureFile(recorder.export({ sipCallId: 'c', format: 'pcap' })).packets.length, 4)
  assert.equal(readCaptureFile(recorder.export({ format: 'pcap' })).packets.length, 6)
  assert.equal(readCaptureFile(recorder.export({ format: 'pcap', redact: true })).packets.length, 2)
})
