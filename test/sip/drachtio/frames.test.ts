import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFrame, FrameError, FrameReader, maxPayloadBytes } from '../../../electron/sip/drachtio/frames.ts'

test('a frame counts UTF-8 bytes, not characters', () => {
  assert.equal(encodeFrame('a|grüß|張三').toString('utf8'), `${Buffer.byteLength('a|grüß|張三')}#a|grüß|張三`)
})

test('frames come out whole however their bytes arrive', () => {
  const payloads = ['one', 'zwölf # mit Zeichen', '張'.repeat(500), '12#34']
  const stream = Buffer.concat(payloads.map(encodeFrame))
  for (const size of [1, 2, 3, 7, 100, stream.length]) {
    const reader = new FrameReader()
    const read: string[] = []
    for (let at = 0; at < stream.length; at += size) read.push(...reader.push(stream.subarray(at, at + size)))
    assert.deepEqual(read, payloads, `in pieces of ${size}`)
  }
})

test('a count that is no number, zero, negative or too large is refused, at once', () => {
  for (const bad of ['x#', '-1#a', '0#', '1e3#a', ' 3#abc', `${maxPayloadBytes + 1}#`, '12345678', '#abc']) {
    assert.throws(() => new FrameReader().push(Buffer.from(bad)), FrameError, bad)
  }
  assert.deepEqual(new FrameReader().push(Buffer.from(String(maxPayloadBytes))), [], 'may still go on')
})
