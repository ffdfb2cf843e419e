import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { type MethodName, type MethodParams, methods, type Methods } from '../../electron/ipc/contract.ts'
import { createDispatcher, type Handlers } from '../../electron/ipc/dispatcher.ts'
import { phoneHandlers } from '../../electron/ipc/handlers.ts'
import type { Answer } from '../../electron/ipc/json-rpc.ts'
import { benchPhone } from '../support/phone-bench.ts'
import { testLog } from '../support/silent-log.ts'

/** Every row of the contract: what it takes, and that anything else is refused by the name of the parameter. */

const callId = '1-abc'
const target = 'bob@192.0.2.1'
const id = 'a'
const nothing = {}

/** Each parameter of each method once. A method without a row, or with a wrong one, does not compile. */
const rows: { readonly [Name in MethodName]: Required<MethodParams<Methods[Name]>> } = {
  'phone.info': nothing,
  'phone.snapshot': nothing,
  'phone.shutdown': nothing,
  'settings.get': nothing,
  'settings.set': { patch: { calls: { callWaiting: false } } },
  'accounts.list': nothing,
  'accounts.save': { account: { id, password: null } },
  'accounts.remove': { id },
  'accounts.register': { id },
  'accounts.unregister': { id },
  'accounts.test': { id, account: { password: 'secret' } },
  'accounts.bindings': { id },
  'call.dial': { target, accountId: id, codecs: ['PCMA'] },
  'call.pickUp': { target },
  'call.answer': { callId },
  'call.reject': { callId, code: 603 },
  'call.redirect': { callId, target },
  'call.silence': { callId },
  'call.hangup': { callId },
  'call.hold': { callId },
  'call.resume': { callId },
  'call.mute': { callId, on: true },
  'call.record': { callId, on: true },
  'call.dtmf': { callId, digits: '09*#AD!,', mode: 'info' },
  'call.transfer': { callId, target },
  'call.transferTo': { callId, otherCallId: '2-def' },
  'call.conference': { callIds: [callId, '2-def'] },
  'call.split': { callId },
  'call.answerTransfer': { callId, accept: false },
  'message.send': { target, text: '早安', accountId: id, id: 1 },
  'message.conversations': nothing,
  'message.list': { with: target, limit: 1, before: 2 },
  'message.search': { text: '早安', limit: 1, before: 2 },
  'message.read': { with: target },
  'message.remove': { with: target, upTo: 1 },
  'presence.watch': { target, kind: 'dialog', accountId: id },
  'presence.unwatch': { target },
  'presence.publish': { accountId: id, status: 'away' },
  'log.list': { search: '', missed: true, limit: 1, before: 2 },
  'log.remove': { ids: [1] },
  'log.clear': nothing,
  'contacts.list': { search: '' },
  'contacts.save': { contact: { name: 'Bob' } },
  'contacts.remove': { id: 1 },
  'contacts.photo': { id: 1 },
  'contacts.setPhoto': { id: 1, photo: 'iVBORw0KGgo=' },
  'contacts.import': { text: 'BEGIN:VCARD' },
  'contacts.export': nothing,
  'trace.list': { sipCallId: 'x', search: 'code:404', limit: 1, text: true },
  'trace.get': { id: 0 },
  'trace.digest': { text: 'REGISTER', password: 'secret' },
  'trace.subscribe': { on: true },
  'trace.packets': { depth: 'headers' },
  'trace.streams': { sipCallId: 'x' },
  'trace.listen': { sipCallId: 'x', ssrc: '00c0ffee', path: '/x.wav' },
  'trace.export': { sipCallId: 'x', format: 'pcapng', path: '/x.pcapng', redact: true },
  'diagnostics.preview': { redact: false },
  'diagnostics.export': { redact: true, path: '/x.tar.gz' },
  'certificates.answer': { fingerprint: 'AB', accept: 'once' },
  'audio.devices': nothing,
  'audio.select': { input: 'a', output: '', ring: 'c' },
  'audio.test': { what: 'echo', on: false },
}

/** Longer than anything that is taken. */
const endless = 'x'.repeat(8_388_609)

/** What a parameter is not when this is a good value of it. */
function wrongFor(good: unknown): readonly unknown[] {
  const others = [7, 'x', true, {}].filter((value) => typeof value !== typeof good)
  if (typeof good === 'string') return [...others, null, [], endless]
  if (typeof good === 'number') return [...others, null, -1, 1.5, NaN, Infinity, 2 ** 60]
  if (typeof good === 'boolean') return [...others, null]
  if (Array.isArray(good)) return [7, 'x', null, {}, [null], [{}], Array.from({ length: 10_001 }, () => good[0])]
  return [7, 'x', true]
}

const kindOf = (name: MethodName, parameter: string) =>
  (methods[name].params.entries as Readonly<Record<string, { type: string }>>)[parameter]?.type

test('each method takes its parameters, and refuses by name what is wrong, missing or too much', async () => {
  const reached: unknown[] = []
  const handlers = Object.fromEntries(
    Object.keys(methods).map((name) => [name, (params: unknown) => void reached.push({ name, params })]),
  ) as unknown as Handlers<Methods>
  const { handle } = createDispatcher(methods, handlers, { paths: true, log: testLog() })
  const ask = async (method: string, params: unknown) =>
    (await handle({ jsonrpc: '2.0', id: 1, method, params })) as Answer
  const refusedAt = async (method: string, params: unknown) => {
    const answer = await ask(method, params)
    if (!('error' in answer)) return 'taken'
    assert.deepEqual([answer.error.code, answer.error.data.code], [-32602, 'invalid-params'], method)
    return String(answer.error.data['field']).replace(/\..*/, '')
  }
  for (const [name, row] of Object.entries(rows) as [MethodName, Record<string, unknown>][]) {
    assert.deepEqual(Object.keys(row).toSorted(), Object.keys(methods[name].params.entries).toSorted(), name)
    assert.ok('result' in (await ask(name, row)), name)
    assert.deepEqual(reached.pop(), { name, params: row })
    assert.equal(await refusedAt(name, { ...row, bogus: 1 }), 'bogus', name)
    for (const [parameter, good] of Object.entries(row)) {
      const { [parameter]: _, ...others } = row
      const without = await refusedAt(name, others)
      assert.equal(
        without,
        kindOf(name, parameter) === 'optional' ? 'taken' : parameter,
        `${name} without ${parameter}`,
      )
      for (const wrong of wrongFor(good)) {
        if (wrong === null && kindOf(name, parameter) === 'nullable') continue
        const shown = `${name} with ${parameter}: ${inspect(wrong, { maxStringLength: 20, maxArrayLength: 3 })}`
        assert.equal(await refusedAt(name, { ...row, [parameter]: wrong }), parameter, shown)
      }
    }
    reached.length = 0
  }
})

const whoIsNobody: readonly (readonly [method: MethodName, params: object])[] = [
  ...(['answer', 'reject', 'silence', 'hangup', 'hold', 'resume', 'split'] as const).map(
    (verb) => [`call.${verb}`, { callId }] as const,
  ),
  ['call.redirect', { callId, target }],
  ['call.mute', { callId, on: true }],
  ['call.record', { callId, on: true }],
  ['call.dtmf', { callId, digits: '1' }],
  ['call.transfer', { callId, target }],
  ['call.transferTo', { callId, otherCallId: '2-def' }],
  ['call.answerTransfer', { callId, accept: true }],
  ['call.conference', { callIds: [callId] }],
  ['call.pickUp', { target }],
  ['call.dial', { target, accountId: 'nobody' }],
  ['accounts.remove', { id }],
  ['accounts.register', { id }],
  ['accounts.unregister', { id }],
  ['accounts.bindings', { id }],
  ['accounts.test', { id }],
  ['accounts.save', { account: { id } }],
  ['message.send', { target, text: 'x', accountId: 'nobody' }],
  ['presence.watch', { target, kind: 'presence', accountId: 'nobody' }],
  ['presence.publish', { accountId: 'nobody', status: 'away' }],
  ['certificates.answer', { fingerprint: 'AB', accept: 'once' }],
  ['trace.get', { id: 7 }],
]

const whatLeadsNowhere: readonly (readonly [method: MethodName, params: object, field: string])[] = [
  ['call.dial', { target: 'nonsense' }, 'target'],
  ['call.dial', { target: 'x'.repeat(513) }, 'too-long'],
  ['message.send', { target: 'nonsense', text: 'x' }, 'target'],
  ['presence.watch', { target: 'nonsense', kind: 'presence' }, 'target'],
  ['accounts.save', { account: { domain: 'no host' } }, 'domain'],
  ['accounts.save', { account: { transport: 'pigeon' } }, 'transport'],
  ['accounts.save', { account: { bogus: 1 } }, 'bogus'],
  ['accounts.test', { account: { reregisterSeconds: -1 } }, 'reregisterSeconds'],
  ['settings.set', { patch: { network: { sipPort: 70_000 } } }, 'network.sipPort'],
  ['settings.set', { patch: { bogus: 1 } }, 'bogus'],
]

test('the phone itself says who is nobody, and what of an address, an account or a setting is wrong', async (t) => {
  const { phone, agent } = await benchPhone()
  const { handle } = createDispatcher(
    methods,
    phoneHandlers(phone, () => phone.shutdown()),
    {
      paths: false,
      log: testLog(),
    },
  )
  t.after(() => phone.shutdown())
  const failure = async (method: MethodName, params: object) => {
    const answer = (await handle({ jsonrpc: '2.0', id: 1, method, params })) as Answer
    return 'error' in answer ? answer.error.data : assert.fail(`${method} ${JSON.stringify(params)} is taken`)
  }
  for (const [method, params] of whoIsNobody) assert.equal((await failure(method, params)).code, 'not-found', method)
  for (const [method, params, field] of whatLeadsNowhere) {
    const { code, field: named } = await failure(method, params)
    assert.equal(code === 'invalid-params' ? named : code, field, `${method} ${JSON.stringify(params).slice(0, 60)}`)
  }
  assert.equal(agent.invites.length, 0)
})
