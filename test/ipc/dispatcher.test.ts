import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { createDispatcher, largestBatch, longestText } from '../../electron/ipc/dispatcher.ts'
import { takes } from '../../electron/ipc/method.ts'
import type { Answer, Failure } from '../../electron/ipc/json-rpc.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { seeded } from '../support/seeded.ts'

const table = {
  add: takes({ a: v.number('must be a number'), b: v.optional(v.number('must be a number')) }).gives<number>(),
  nothing: takes({}).gives<void>(),
  save: takes({ path: v.optional(v.string('must be a text')) }, ['path']).gives<string>(),
  refuse: takes({}).gives<void>(),
  break: takes({}).gives<void>(),
  circular: takes({}).gives<unknown>(),
}

function dispatcher(paths = false) {
  const logged: string[] = []
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (message: string) => void logged.push(message),
  }
  const handlers = {
    add: ({ a, b }: { a: number; b?: number | undefined }) => a + (b ?? 0),
    nothing: () => {},
    save: ({ path }: { path?: string | undefined }) => path ?? 'no path',
    refuse: () => Promise.reject(new PhoneError('rejected', 'the peer is busy', { sipCode: 486, reason: 'Busy Here' })),
    break: () => {
      throw new TypeError('secret detail of our own')
    },
    circular: () => {
      const circle: { self?: unknown } = {}
      circle.self = circle
      return circle
    },
  }
  return { ...createDispatcher(table, handlers, { paths, log }), logged }
}

async function ask(message: unknown, paths = false): Promise<Answer> {
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  const reply = await dispatcher(paths).handleText(text)
  return JSON.parse(reply ?? 'null') as Answer
}

async function failureOf(message: unknown, paths = false): Promise<Failure> {
  const answer = await ask(message, paths)
  if (!('error' in answer)) return assert.fail(`no error: ${JSON.stringify(answer)}`)
  return answer.error
}

const call = (method: string, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params })

test('a request is answered with its own id', async () => {
  assert.deepEqual(await ask(call('add', { a: 1, b: 2 })), { jsonrpc: '2.0', id: 1, result: 3 })
  assert.deepEqual(await ask(call('add', { a: 1 }, 'x')), { jsonrpc: '2.0', id: 'x', result: 1 })
  assert.deepEqual(await ask(call('nothing', undefined, null)), { jsonrpc: '2.0', id: null, result: {} })
})

test('a notification is never answered, right or wrong', async () => {
  const { handleText } = dispatcher()
  for (const method of ['add', 'break', 'missing'])
    assert.equal(await handleText(JSON.stringify({ jsonrpc: '2.0', method })), undefined)
})

test('a batch gets the answers of its requests, and none when it holds none', async () => {
  const { handleText } = dispatcher()
  const note = { jsonrpc: '2.0', method: 'nothing' }
  const reply = await handleText(JSON.stringify([call('add', { a: 1 }, 1), note, 7, call('missing', {}, 2)]))
  const answers = JSON.parse(reply ?? '') as Answer[]
  assert.deepEqual(
    answers.map((answer) => [answer.id, 'error' in answer ? answer.error.code : answer.result]),
    [
      [1, 1],
      [null, -32600],
      [2, -32601],
    ],
  )
  assert.equal(await handleText(JSON.stringify([note])), undefined)
  assert.equal((await failureOf([])).code, -32600)
  assert.equal((await failureOf(Array.from({ length: largestBatch + 1 }, () => note))).data.code, 'too-long')
})

const malformed: [name: string, text: string, code: number, dataCode: string][] = [
  ['no JSON', '{"jsonrpc":', -32700, 'invalid-params'],
  ['empty text', '', -32700, 'invalid-params'],
  ['a number', '7', -32600, 'invalid-params'],
  ['null', 'null', -32600, 'invalid-params'],
  ['no version', '{"id":1,"method":"nothing"}', -32600, 'invalid-params'],
  ['old version', '{"jsonrpc":"1.0","id":1,"method":"nothing"}', -32600, 'invalid-params'],
  ['no method', '{"jsonrpc":"2.0","id":1}', -32600, 'invalid-params'],
  ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":5}', -32600, 'invalid-params'],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"nothing"}', -32600, 'invalid-params'],
  ['params that are a text', '{"jsonrpc":"2.0","id":1,"method":"nothing","params":"x"}', -32600, 'invalid-params'],
  ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"nope"}', -32601, 'not-found'],
  ['a method of Object', '{"jsonrpc":"2.0","id":1,"method":"constructor"}', -32601, 'not-found'],
  ['__proto__ as method', '{"jsonrpc":"2.0","id":1,"method":"__proto__"}', -32601, 'not-found'],
  ['too long a text', `"${'x'.repeat(longestText)}"`, -32600, 'too-long'],
]
for (const [name, text, code, dataCode] of malformed)
  test(`malformed: ${name}`, async () => {
    const failure = await failureOf(text)
    assert.deepEqual([failure.code, failure.data.code], [code, dataCode])
  })

const wrongParams: [name: string, params: unknown, field: string, message: RegExp][] = [
  ['missing', {}, 'a', /^a is missing$/],
  ['of the wrong type', { a: 'x' }, 'a', /^a must be a number$/],
  ['unknown', { a: 1, c: 2 }, 'c', /^c is not a parameter/],
  ['called constructor', { a: 1, constructor: 2 }, 'constructor', /is not a parameter/],
  ['called __proto__', JSON.parse('{"a":1,"__proto__":2}'), '__proto__', /is not a parameter/],
  ['by position', [1, 2], 'params', /named parameters/],
]
for (const [name, params, field, message] of wrongParams)
  test(`a parameter ${name} is refused by name`, async () => {
    const failure = await failureOf(call('add', params))
    assert.equal(failure.code, -32602)
    assert.deepEqual(failure.data, { code: 'invalid-params', field })
    assert.match(failure.message, message)
  })

test('file paths are taken only where the carrier may name files', async () => {
  const request = call('save', { path: '/tmp/x' })
  assert.deepEqual(await ask(request, true), { jsonrpc: '2.0', id: 1, result: '/tmp/x' })
  assert.deepEqual((await failureOf(request, false)).data, { code: 'invalid-params', field: 'path' })
  assert.deepEqual(await ask(call('save', {}), false), { jsonrpc: '2.0', id: 1, result: 'no path' })
})

test("the phone's errors keep their code and data; our own bugs tell nothing but that", async () => {
  assert.deepEqual(await failureOf(call('refuse')), {
    code: -32000,
    message: 'the peer is busy',
    data: { code: 'rejected', sipCode: 486, reason: 'Busy Here' },
  })
  const { handle, logged } = dispatcher()
  const answer = (await handle(call('break'))) as { error: Failure }
  assert.equal(answer.error.data.code, 'internal')
  assert.doesNotMatch(JSON.stringify(answer), /secret/)
  assert.equal(logged.length, 1)
  assert.equal((await failureOf(call('circular'))).data.code, 'internal')
})

test('nothing that comes in makes it throw or stay silent to a request', { timeout: 20_000 }, async () => {
  const random = seeded(20260727)
  const below = (limit: number) => Math.floor(random() * limit)
  const { handle, handleText } = dispatcher()
  const seeds = [call('add', { a: 1 }), call('save', { path: 'x' }), [call('nothing')], call('refuse')].map((message) =>
    JSON.stringify(message),
  )
  const pieces = ['{', '}', '[', ']', '"', ':', ',', '\\u0000', '1e999', 'null', '"id":', '"__proto__":', '\u{10ffff}']
  for (let round = 0; round < 5000; round++) {
    let text = seeds[round % seeds.length] ?? ''
    for (let change = below(4); change >= 0; change--) {
      const at = below(text.length + 1)
      const piece = pieces[below(pieces.length)] ?? ''
      text = text.slice(0, at) + piece + text.slice(at + below(6))
    }
    const reply = await handleText(text)
    if (reply !== undefined) assert.doesNotThrow(() => JSON.parse(reply))
    else assert.doesNotThrow(() => JSON.parse(text), `silent to ${text}`)
  }
  for (const odd of [undefined, 1n, Symbol('x'), () => 1, new Map(), Object.create(null), NaN, [[[]]]])
    assert.ok(await handle(odd))
  assert.ok(await handleText('['.repeat(200_000)))
  assert.ok(await handleText(`${'[1,'.repeat(100_000)}1${']'.repeat(100_000)}`))
})
