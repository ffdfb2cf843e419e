import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { longestText } from '../../electron/ipc/dispatcher.ts'
import type { Dispatcher } from '../../electron/ipc/dispatcher.ts'
import type { Snapshot } from '../../electron/phone/shapes.ts'
import { LineSplitter } from '../../electron/ipc/lines.ts'
import { serveStdio } from '../../electron/ipc/stdio.ts'

/** Answers each text with itself, when `release` says so. */
function echo(): Dispatcher & { asked: string[]; release: () => void; hold: () => void } {
  let gate = Promise.resolve()
  let open = () => {}
  const asked: string[] = []
  return {
    asked,
    hold: () => {
      gate = new Promise((resolve) => (open = resolve))
    },
    release: () => open(),
    handle: () => Promise.resolve(undefined),
    async handleText(text) {
      asked.push(text)
      await gate
      return text.startsWith('note') ? undefined : `answer to ${text}`
    },
  }
}

function carrier(dispatcher: Dispatcher, highWaterMark = 16_384) {
  const input = new PassThrough()
  const output = new PassThrough({ highWaterMark })
  return { input, output, carrier: serveStdio(input, output, dispatcher) }
}

const settle = async () => {
  for (let turns = 0; turns < 20; turns++) await turn()
}
const read = (output: PassThrough) => ((output.read() as Buffer | null) ?? '').toString()
/** Reads until nothing more comes. */
async function drained(output: PassThrough): Promise<string> {
  let text = ''
  for (let part = read(output); part !== ''; part = read(output)) {
    text += part
    await settle()
  }
  return text
}

test('a line is a line however its bytes arrive', () => {
  const bytes = Buffer.from('{"a":"\u{1f4de}"}\r\n\n  \r\n{"b":2}\n{"rest"')
  for (let step = 1; step <= bytes.length; step++) {
    const splitter = new LineSplitter(100)
    const lines = []
    for (let at = 0; at < bytes.length; at += step) lines.push(...splitter.push(bytes.subarray(at, at + step)))
    assert.deepEqual(
      [...lines, ...splitter.end()],
      [{ text: '{"a":"\u{1f4de}"}' }, { text: '{"b":2}' }, { text: '{"rest"' }],
    )
  }
})

test('a line too long is told of once and dropped, the next one counts again', () => {
  const splitter = new LineSplitter(10)
  const lines = [Buffer.alloc(8, 'x'), Buffer.alloc(8, 'x'), Buffer.alloc(800, 'x'), Buffer.from('\nshort\n')].flatMap(
    (chunk) => splitter.push(chunk),
  )
  assert.deepEqual(lines, [{ fault: 'too-long' }, { text: 'short' }])
  assert.deepEqual(new LineSplitter(10).push(Buffer.from([0xff, 0xfe, 10])), [{ fault: 'not-utf-8' }])
})

test('one object a line in, one object a line out, faults answered and survived', async () => {
  const { input, output } = carrier(echo())
  input.write('one\n')
  input.write(Buffer.concat([Buffer.alloc(longestText + 1, 'x'), Buffer.from('\n'), Buffer.from([0xc3, 10])]))
  input.write('note\ntwo\n')
  await settle()
  const lines = read(output).split('\n')
  const faults = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line).error)
  assert.deepEqual(
    faults.map((error) => [error.code, error.data.code]),
    [
      [-32600, 'too-long'],
      [-32700, 'invalid-params'],
    ],
  )
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('{')),
    ['answer to one', 'answer to two', ''],
  )
})

test('at the end of the input all that was asked is answered before it closes', async () => {
  const dispatcher = echo()
  const { input, output, carrier: rpc } = carrier(dispatcher)
  dispatcher.hold()
  input.end('one\ntwo')
  await rpc.ended
  await settle()
  const closed = rpc.close(60_000)
  dispatcher.release()
  await closed
  assert.equal(read(output), 'answer to one\nanswer to two\n')
})

test('a request that never settles does not keep it from closing', async () => {
  const dispatcher = echo()
  const { input, carrier: rpc } = carrier(dispatcher)
  dispatcher.hold()
  input.end('one\n')
  await rpc.ended
  await rpc.close(1)
  dispatcher.release()
})

test('many requests under way: the rest waits in the pipe, none is lost', async () => {
  const dispatcher = echo()
  const { input, output } = carrier(dispatcher)
  dispatcher.hold()
  const asked = Array.from({ length: 1000 }, (_, number) => `request ${number}`)
  for (const text of asked) input.write(`${text}\n`)
  await settle()
  assert.equal(dispatcher.asked.length, 256)
  assert.ok(input.isPaused())
  dispatcher.release()
  await settle()
  assert.deepEqual(dispatcher.asked, asked)
  assert.equal((await drained(output)).split('\n').length, 1001)
})

test('a slow reader gets every answer and call state, but only the newest snapshot', async () => {
  const { output, carrier: rpc } = carrier(echo(), 1)
  const filler = 'x'.repeat(300_000)
  rpc.notify('call.state', { callId: filler, state: 'calling' })
  for (let number = 0; number < 1000; number++)
    rpc.notify('phone.snapshot', { calls: [], number } as unknown as Snapshot)
  rpc.notify('call.state', { callId: 'c1', state: 'confirmed' })
  const seen = (await drained(output))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { method: string; params: { number?: number; state?: string } })
  assert.deepEqual(
    seen.map(({ method, params }) => [method, params.number ?? params.state]),
    [
      ['call.state', 'calling'],
      ['call.state', 'confirmed'],
      ['phone.snapshot', 999],
    ],
  )
})

test('a reader that is gone ends it, and later notifications harm nobody', async () => {
  const { output, carrier: rpc } = carrier(echo())
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await rpc.ended
  rpc.notify('call.state', { callId: 'c1', state: 'confirmed' })
  await rpc.close(1)
})
