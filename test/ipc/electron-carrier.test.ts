import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as v from 'valibot'
import { takes } from '../../electron/ipc/method.ts'
import { createDispatcher } from '../../electron/ipc/dispatcher.ts'
import { serveElectron } from '../../electron/ipc/electron-carrier.ts'
import type { PageContents, PageFrame } from '../../electron/ipc/electron-carrier.ts'
import { channels } from '../../electron/ipc/electron-channels.ts'
import type { Answer } from '../../electron/ipc/json-rpc.ts'
import type { Log } from '../../electron/phone/ports.ts'

/** What a page, or whoever has got into it, can do to the phone over Electron's IPC. */

const pageUrl = 'file:///opt/dialtone/renderer/index.html'
const table = {
  'test.echo': takes({ text: v.string('must be a text') }).gives<{ readonly text: string }>(),
  'test.wait': takes({}).gives<void>(),
  'test.secret': takes({ path: v.optional(v.string()) }, ['path']).gives<void>(),
}

function build() {
  const lines: string[] = []
  const write = (message: string, detail?: object) => void lines.push(`${message} ${JSON.stringify(detail ?? {})}`)
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const waiting = Promise.withResolvers<void>()
  const handlers = {
    'test.echo': ({ text }: { readonly text: string }) => ({ text }),
    'test.wait': () => waiting.promise,
    'test.secret': () => {},
  }
  const sent: unknown[][] = []
  type Handle = Parameters<PageContents['ipc']['handle']>[1]
  type Listen = Parameters<PageContents['ipc']['on']>[1]
  const ends: { handle?: Handle; listen?: Listen } = {}
  const contents: PageContents = {
    ipc: {
      handle: (channel, listener) => channel === channels.request && (ends.handle = listener),
      on: (channel, listener) => channel === channels.listening && (ends.listen = listener),
    },
    send: (...message) => void sent.push(message),
    isDestroyed: () => false,
  }
  const dispatcher = Promise.resolve(createDispatcher(table, handlers, { paths: false, log }))
  let now = 0
  const carrier = serveElectron(contents, { pageUrl, dispatcher, log, now: () => (now += 2000) })
  const ours: PageFrame = { url: pageUrl, parent: null }
  const event = (senderFrame: PageFrame | null, sender: unknown = contents) => ({ sender, senderFrame })
  return {
    carrier,
    sent,
    lines,
    finish: () => waiting.resolve(),
    listen: (frame: PageFrame | null = ours) => ends.listen?.(event(frame)),
    /** The answer as the page would get it. */
    async request(message: unknown, frame: PageFrame | null = ours, sender: unknown = contents): Promise<Answer> {
      const text = typeof message === 'object' ? JSON.stringify(message) : message
      return JSON.parse((await ends.handle?.(event(frame, sender), text)) ?? 'null') as Answer
    },
  }
}

const echo = { jsonrpc: '2.0', id: 1, method: 'test.echo', params: { text: 'hello' } }
const codeOf = (answer: Answer) => ('error' in answer ? answer.error.data.code : undefined)

test('the page is answered', async () => {
  const { request } = build()
  assert.deepEqual(await request(echo), { jsonrpc: '2.0', id: 1, result: { text: 'hello' } })
  assert.deepEqual(await request(echo, { url: `${pageUrl}#calls`, parent: null }), {
    jsonrpc: '2.0',
    id: 1,
    result: { text: 'hello' },
  })
})

describe('who is not the page is refused and heard of in the log', () => {
  const strangers: Record<string, PageFrame | null> = {
    'a frame within the page': { url: pageUrl, parent: {} },
    'another page': { url: 'https://example.org/', parent: null },
    'a page beside ours': { url: 'file:///opt/dialtone/renderer/index.html.evil', parent: null },
    'a page with a query of its own': { url: `${pageUrl}?x`, parent: null },
    'a frame that has gone': null,
  }
  for (const [who, frame] of Object.entries(strangers)) {
    test(who, async () => {
      const { request, listen, carrier, sent, lines } = build()
      assert.equal(codeOf(await request(echo, frame)), 'not-found')
      listen(frame)
      carrier.notify('phone.link', { target: 'sip:secret@example.org' })
      assert.deepEqual(sent, [])
      assert.equal(lines.filter((line) => line.includes('refused')).length, 2)
    })
  }
  test('another window', async () => {
    const { request } = build()
    assert.equal(codeOf(await request(echo, undefined, {})), 'not-found')
  })
})

describe('nonsense is refused with a code, and nothing of it is logged', () => {
  const password = 'correct-horse-battery'
  const nonsense: Record<string, [message: unknown, code: string]> = {
    'an unknown method': [{ ...echo, method: 'phone.explode', params: { password } }, 'not-found'],
    'a method of every object': [{ ...echo, method: 'constructor' }, 'not-found'],
    'a wrong type': [{ ...echo, params: { text: { password } } }, 'invalid-params'],
    'a parameter too many': [{ ...echo, params: { text: '', password } }, 'invalid-params'],
    'a file': [{ ...echo, method: 'test.secret', params: { path: `/home/${password}` } }, 'invalid-params'],
    'no JSON': [password, 'invalid-params'],
    'no text': [12, 'invalid-params'],
    'nothing at all': [undefined, 'invalid-params'],
    '10 MB': [JSON.stringify({ ...echo, params: { text: password.repeat(500_000) } }), 'too-long'],
  }
  for (const [what, [message, code]] of Object.entries(nonsense)) {
    test(what, async () => {
      const { request, lines } = build()
      assert.equal(codeOf(await request(message)), code)
      assert.ok(lines.length > 0, 'nothing was logged')
      assert.ok(!lines.join().includes(password), lines.join())
      assert.ok('result' in (await request(echo)), 'the phone goes on')
    })
  }
})

test('requests under way are bounded, and room is made again', async () => {
  const { request, finish } = build()
  const waiting = Array.from({ length: 64 }, (_, id) => request({ jsonrpc: '2.0', id, method: 'test.wait' }))
  assert.equal(codeOf(await request(echo)), 'bad-state')
  finish()
  await Promise.all(waiting)
  assert.ok('result' in (await request(echo)))
})

describe('notifications', () => {
  const dtmf = (digit: string) => ({ callId: 'a', digit, mode: 'info' }) as const
  const names = (sent: unknown[][]) => sent.map(([, name]) => name)

  test('go to a page that listens, in order', () => {
    const { carrier, sent, listen } = build()
    carrier.notify('call.dtmf', dtmf('0'))
    listen()
    for (const digit of '12') carrier.notify('call.dtmf', dtmf(digit))
    assert.deepEqual(sent, [
      [channels.notification, 'call.dtmf', dtmf('1')],
      [channels.notification, 'call.dtmf', dtmf('2')],
    ])
  })

  test('a link waits for the page that will listen, the newest one', () => {
    const { carrier, sent, listen } = build()
    carrier.tellListener('phone.link', { target: 'sip:old@example.org' })
    carrier.tellListener('phone.link', { target: 'sip:new@example.org' })
    listen()
    listen()
    assert.deepEqual(sent, [[channels.notification, 'phone.link', { target: 'sip:new@example.org' }]])
  })

  test('a page that hangs gets the newest state and every event, once it is back', () => {
    const { carrier, sent, listen } = build()
    listen()
    carrier.hung(true)
    const levels = { callId: 'a', microphoneDbfs: -20, speakerDbfs: -20 }
    for (let i = 0; i < 5000; i++) carrier.notify('audio.levels', levels)
    for (const digit of '123') carrier.notify('call.dtmf', dtmf(digit))
    assert.deepEqual(sent, [])
    carrier.hung(false)
    assert.deepEqual(names(sent), ['audio.levels', 'call.dtmf', 'call.dtmf', 'call.dtmf'])
  })
})
