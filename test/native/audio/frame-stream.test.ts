import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeFrame, FrameReader, FrameStreamError, maximumFrameLength } from '../../../native/audio/frame-stream.ts'
import type { AudioFrame } from '../../../native/audio/frame-stream.ts'

const frames: AudioFrame[] = [
  { kind: 'hello', token: 'a1b2c3' },
  { kind: 'opened', inputRate: 44_100, outputRate: 0 },
  { kind: 'microphone', samples: Int16Array.of(1, -1, 32_767, -32_768) },
  { kind: 'pull', sequence: 0xffff_ffff, count: 480 },
  { kind: 'speaker', sequence: 7, samples: Int16Array.of(-2, 300) },
  { kind: 'speaker', sequence: 8, samples: new Int16Array(0) },
  { kind: 'report', delayMs: 70, underruns: 2, late: 3 },
]

describe('frame stream', () => {
  it('gives back what was sent, however the stream is cut', () => {
    const bytes = Buffer.concat(frames.map((frame) => encodeFrame(frame)))
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new FrameReader()
      const read: AudioFrame[] = []
      for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)))
      assert.deepEqual(read, frames, `pieces of ${size}`)
    }
  })

  it('keeps samples that were sent from the middle of a larger array', () => {
    const samples = Int16Array.of(9, 8, 7, 6).subarray(1, 3)
    const [frame] = new FrameReader().push(encodeFrame({ kind: 'microphone', samples }))
    assert.deepEqual(frame, { kind: 'microphone', samples: Int16Array.of(8, 7) })
  })

  const header = (length: number, kind: number) => {
    const bytes = Buffer.alloc(5)
    bytes.writeUInt32BE(length)
    bytes.writeUInt8(kind, 4)
    return bytes
  }
  const odd: [string, Buffer][] = [
    ['a length of zero', header(0, 2)],
    ['a length that would fill the memory', header(maximumFrameLength + 1, 2)],
    ['an unknown kind', header(1, 200)],
    ['a payload too short for its kind', Buffer.concat([header(5, 3), Buffer.alloc(4)])],
    ['half a sample', Buffer.concat([header(4, 2), Buffer.alloc(3)])],
  ]
  for (const [what, bytes] of odd)
    it(`refuses ${what}`, () => {
      assert.throws(() => new FrameReader().push(bytes), FrameStreamError)
    })
})
