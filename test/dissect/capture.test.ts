import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readCapture } from '../../electron/dissect/capture.ts'
import { exportTrace } from '../../electron/trace/export.ts'
import { type Datagram, Framer } from '../../electron/trace/frames.ts'
import { CaptureError } from '../../electron/dissect/pcap-reader.ts'
import { mutate } from '../support/mutate.ts'
import { seeded } from '../support/seeded.ts'
import { tracedMessage as message } from '../support/sample-trace.ts'

const sip = (method: string, cseq: number, body = '') =>
  `${method} sip:bob@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK${cseq}\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:bob@h>\r\n` +
  `Call-ID: c1\r\nCSeq: ${cseq} ${method}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const overTcp = { transport: 'tcp', local: '[2001:db8::1]:5060', remote: '[2001:db8:0:0:1::2]:40000' } as const
const messages = [
  message(sip('OPTIONS', 1)),
  message(sip('OPTIONS', 1), { direction: 'in' }),
  message(sip('INFO', 2, '你好'), overTcp),
  message(sip('BYE', 3), { ...overTcp, direction: 'in' }),
]

const shown = (file: Uint8Array) => readCapture(file).messages.map(({ local, remote, text }) => [local, remote, text])

/** A classic capture, big-endian, of packets as they are. */
function pcap(linkType: number, packets: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(24)
  head.writeUInt32BE(0xa1b2c3d4, 0)
  head.writeUInt32BE(linkType, 20)
  const records = packets.flatMap((packet) => {
    const record = Buffer.alloc(16)
    record.writeUInt32BE(packet.byteLength, 8)
    record.writeUInt32BE(packet.byteLength, 12)
    return [record, packet]
  })
  return Buffer.concat([head, ...records])
}

const datagram = (text: string, over: Partial<Datagram> = {}): Datagram => ({
  atMicros: 0n,
  transport: 'udp',
  from: { address: '10.0.0.1', port: 5060 },
  to: { address: '10.0.0.2', port: 5070 },
  payload: Buffer.from(text),
  ...over,
})

const packet = (text: string, over: Partial<Datagram> = {}) => Buffer.concat(new Framer().packets(datagram(text, over)))

suite('a capture of somebody else', () => {
  for (const format of ['pcap', 'pcapng'] as const)
    test(`${format}: what was written is read again`, () => {
      const capture = readCapture(exportTrace(messages, format, false))
      assert.deepEqual([capture.packets, capture.problem], [4, undefined])
      assert.deepEqual(
        capture.messages.map(({ at, transport, local, remote, text }) => [at, transport, local, remote, text]),
        [
          [messages[0]?.at, 'udp', '10.0.0.1:5060', '10.0.0.2:5070', messages[0]?.text],
          [messages[0]?.at, 'udp', '10.0.0.2:5070', '10.0.0.1:5060', messages[1]?.text],
          [messages[0]?.at, 'tcp', '[2001:db8::1]:5060', '[2001:db8::1:0:0:2]:40000', messages[2]?.text],
          [messages[0]?.at, 'tcp', '[2001:db8::1:0:0:2]:40000', '[2001:db8::1]:5060', messages[3]?.text],
        ],
      )
    })

  test('Ethernet with and without VLANs, Linux cooked, loopback', () => {
    const ip = packet(sip('OPTIONS', 1))
    const ethernet = (...types: number[]) =>
      Buffer.concat([Buffer.alloc(12), ...types.map((type) => Buffer.from([type >> 8, type & 255])), ip])
    const cooked = Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0]), ip])
    const expected = [['10.0.0.1:5060', '10.0.0.2:5070', sip('OPTIONS', 1)]]
    assert.deepEqual(shown(pcap(1, [ethernet(0x0800)])), expected)
    assert.deepEqual(shown(pcap(1, [ethernet(0x8100, 7, 0x0800)])), expected)
    assert.deepEqual(shown(pcap(1, [ethernet(0x88a8, 7, 0x8100, 8, 0x0800)])), expected)
    assert.deepEqual(shown(pcap(113, [cooked])), expected)
    assert.deepEqual(shown(pcap(276, [Buffer.concat([Buffer.alloc(20), ip])])), expected)
    assert.deepEqual(shown(pcap(0, [Buffer.concat([Buffer.from([2, 0, 0, 0]), ip])])), expected)
    assert.deepEqual(shown(pcap(147, [ip])), [], 'a link type that nobody knows')
  })

  test('fragments, in any order, are put together', () => {
    const text = sip('MESSAGE', 1, 'x'.repeat(3000))
    const whole = packet(text)
    const parts: Buffer[] = []
    for (let at = 20; at < whole.byteLength; at += 1480) {
      const part = Buffer.concat([whole.subarray(0, 20), whole.subarray(at, at + 1480)])
      part.writeUInt16BE(part.byteLength, 2)
      part.writeUInt16BE(((at - 20) / 8) | (at + 1480 < whole.byteLength ? 0x2000 : 0), 6)
      parts.push(part)
    }
    assert.equal(parts.length, 3)
    const expected = [['10.0.0.1:5060', '10.0.0.2:5070', text]]
    assert.deepEqual(shown(pcap(101, parts)), expected)
    assert.deepEqual(shown(pcap(101, parts.toReversed())), expected)
    assert.deepEqual(shown(pcap(101, parts.slice(1))), [], 'one is missing')
  })

  test('a stream in pieces, out of order, sent twice', () => {
    const text = sip('INFO', 1, 'y'.repeat(500)) + sip('INFO', 2)
    const framer = new Framer()
    const pieces = [text.slice(0, 100), text.slice(100, 350), text.slice(350)].map((piece) =>
      Buffer.concat(framer.packets(datagram(piece, { transport: 'tcp' }))),
    )
    const [a, b, c] = pieces as [Buffer, Buffer, Buffer]
    const expected = [sip('INFO', 1, 'y'.repeat(500)), sip('INFO', 2)]
    for (const order of [
      [a, b, c],
      [a, c, b],
      [a, a, c, b, b, c],
    ])
      assert.deepEqual(
        readCapture(pcap(101, order)).messages.map(({ text }) => text),
        expected,
      )
  })

  test('a message sent again is marked, and what is no SIP is left out', () => {
    const capture = readCapture(
      pcap(101, [packet(sip('OPTIONS', 1)), packet('\0\0nonsense of some length'), packet(sip('OPTIONS', 1))]),
    )
    assert.deepEqual(
      capture.messages.map(({ retransmission }) => retransmission),
      [false, true],
    )
  })

  test('no capture is refused, a damaged one is shown as far as it goes', () => {
    assert.throws(() => readCapture(Buffer.from('short')), CaptureError)
    assert.throws(() => readCapture(Buffer.from('this is a text and not a capture at all')), CaptureError)
    for (const format of ['pcap', 'pcapng'] as const) {
      const whole = exportTrace(messages, format, false)
      const capture = readCapture(whole.subarray(0, whole.byteLength - 20))
      assert.equal(capture.messages.length, 3)
      assert.match(capture.problem ?? '', /^Packet 4 is cut short; the 3 before it are shown$/)
    }
  })

  test('mutated captures never throw anything but a CaptureError', () => {
    const random = seeded(7)
    let read = 0
    for (const format of ['pcap', 'pcapng'] as const) {
      const whole = exportTrace(messages, format, false)
      for (let n = 0; n < 3000; n++) {
        try {
          read += readCapture(mutate(whole, [whole], random)).messages.length
        } catch (error) {
          assert.ok(error instanceof CaptureError, String(error))
        }
      }
    }
    assert.ok(read > 1000, `${read} messages survived`)
  })
})
