import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { StreamFramer, type Frame } from '../../../electron/sip/message/framing.ts'
import { maxMessageBytes } from '../../../electron/sip/message/message.ts'
import { mutate } from '../../support/mutate.ts'
import { seeded } from '../../support/seeded.ts'
import { peerSamples } from '../../torture/torture-set.ts'

const head = (length: string) => `OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\n${length}\r\n`
const message = (body: string) => `${head(`Content-Length: ${body.length}\r\n`)}${body}`

/** Frames as words, so that they can be compared. */
function words(frames: readonly Frame[]): string[] {
  const merged: string[] = []
  let lineEnds = 0
  const flush = () => {
    if (lineEnds > 0) merged.push(`${lineEnds} line ends`)
    lineEnds = 0
  }
  for (const frame of frames) {
    if (frame.kind === 'line-ends') lineEnds += frame.count
    else {
      flush()
      const text = Buffer.from(frame.bytes).toString('latin1')
      merged.push(frame.kind === 'message' ? text : `${frame.fault} ${text}`)
    }
  }
  flush()
  return merged
}

const frame = (text: string) => words(new StreamFramer().push(Buffer.from(text, 'latin1')))

/** `sizes` says how long the next chunk is. */
function inChunks(bytes: Uint8Array, size: () => number): { frames: Frame[]; mostHeld: number } {
  const framer = new StreamFramer()
  const frames: Frame[] = []
  let mostHeld = 0
  for (let at = 0; at < bytes.byteLength;) {
    const next = at + Math.max(1, size())
    frames.push(...framer.push(Uint8Array.from(bytes.subarray(at, next))))
    mostHeld = Math.max(mostHeld, framer.held)
    at = next
  }
  return { frames, mostHeld }
}

suite('messages in a stream (RFC 3261 18.3)', () => {
  test('one after another, their bodies counted, whatever stands in them', () => {
    const [one, two] = [message('v=0\r\n\r\nOPTIONS sip:c@d SIP/2.0\r\n\r\n'), message('')]
    assert.deepEqual(frame(one + two + two), [one, two, two])
    assert.deepEqual(frame(`${two}\r\n\r\n${one}\r\n`), [two, '2 line ends', one, '1 line ends'])
    assert.deepEqual(frame(head('l : 3\r\n') + 'abc'), [head('l : 3\r\n') + 'abc'])
    assert.deepEqual(frame(head('Content-Length:\r\n  3\r\n') + 'abc'), [head('Content-Length:\r\n  3\r\n') + 'abc'])
    assert.deepEqual(frame(message('').replaceAll('\r', '')), [message('').replaceAll('\r', '')])
  })

  test('blanks, zeroes and lone line ends between messages are passed over', () => {
    for (const between of [' ', '\t', '\0', '\n', '\r', ' \t\0\n\r'])
      assert.deepEqual(frame(between + message('a')), [message('a')], JSON.stringify(between))
  })

  test('what is not complete waits', () => {
    const framer = new StreamFramer()
    assert.deepEqual([framer.push(Buffer.from('\r')), framer.partial], [[], false])
    assert.deepEqual(framer.push(Buffer.from('\n')), [{ kind: 'line-ends', count: 1 }])
    assert.deepEqual(framer.push(Buffer.from(message('abc').slice(0, -1))), [])
    assert.ok(framer.partial)
    assert.deepEqual(words(framer.push(Buffer.from('c'))), [message('abc')])
    assert.ok(!framer.partial)
  })

  test('a message whose end cannot be known breaks the stream, its head can still be answered', () => {
    const follows = message('')
    assert.deepEqual(frame(head('') + follows), [`no-length ${head('')}`])
    const twice = 'Content-Length: 1\r\nl: 2\r\n'
    assert.deepEqual(frame(head(twice) + follows), [`bad-length ${head(twice)}`])
    for (const length of ['-1', '1e3', '0x10', '', '1 2', '9'.repeat(400)]) {
      const given = head(`Content-Length: ${length}\r\n`)
      assert.deepEqual(frame(given + follows), [`bad-length ${given}`], length)
    }
    const long = head(`Content-Length: ${maxMessageBytes}\r\n`)
    assert.deepEqual(frame(long), [`too-large ${long}`])
    assert.deepEqual(frame(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${follows}`), ['not-sip '])
    assert.deepEqual(frame(`OPTIONS ${'x'.repeat(maxMessageBytes)}`), ['endless-head '])
    const framer = new StreamFramer()
    framer.push(Buffer.from(head('')))
    assert.deepEqual(framer.push(Buffer.from(follows)), [])
  })

  test('chopped up in any way, the frames are the same; nothing is held beyond a message', () => {
    const random = seeded(18_03)
    const corpus = peerSamples().map(({ bytes }) => bytes)
    const pick = () => corpus[Math.floor(random() * corpus.length)] as Buffer
    let messages = 0
    for (let round = 0; round < 1_500; round++) {
      const parts: Buffer[] = []
      for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
        parts.push(random() < 0.3 ? Buffer.from('\r\n\r\n') : random() < 0.15 ? mutate(pick(), corpus, random) : pick())
      }
      const bytes = Buffer.concat(parts)
      const whole = words(inChunks(bytes, () => bytes.length).frames)
      messages += whole.length
      const longest = 1 + Math.floor(random() * 900)
      const { frames, mostHeld } = inChunks(bytes, () => Math.floor(random() * longest))
      assert.deepEqual(words(frames), whole)
      assert.ok(mostHeld <= maxMessageBytes + longest)
      if (round < 60) assert.deepEqual(words(inChunks(bytes, () => 1).frames), whole)
    }
    assert.ok(messages > 2_500, `${messages} frames`)
  })

  test('noise in single bytes takes neither memory nor time', () => {
    const random = seeded(5)
    const noise = Uint8Array.from({ length: 300_000 }, () => Math.floor(random() * 256) | 0x40)
    const { frames, mostHeld } = inChunks(noise, () => 1)
    assert.deepEqual(words(frames), ['endless-head '])
    assert.ok(mostHeld <= maxMessageBytes)
  })
})
