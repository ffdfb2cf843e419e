import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { methods } from '../../electron/ipc/contract.ts'
import type {
  CallEnded,
  CallStateChange,
  LogEntry,
  MessageReceived,
  PhoneInfo,
  Snapshot,
} from '../../electron/phone/shapes.ts'
import type { Settings } from '../../electron/phone/settings.ts'
import type { Conversation, TextMessage } from '../../electron/phone/text-message.ts'
import type { TraceMessage, TraceSummary } from '../../electron/phone/trace-message.ts'
import { descendants, isAlive } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { startDialtone } from '../support/dialtone.ts'
import { listeningPort, quietly, RpcClient } from './dialtone.ts'

const tone = ['--listen', '127.0.0.1', '--sip-port', '0', '--audio', 'tone']

test('two programs drive two phones through a whole call', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const alice = await RpcClient.start(scope, '--data', join(folder, 'alice'), ...tone)
  const bob = await RpcClient.start(scope, '--data', join(folder, 'bob'), ...tone)
  const { listening } = await bob.notified<{ ready: boolean; listening: { port: number }[] }>('phone.ready')
  await alice.notified('phone.ready')

  const { callId } = (await alice.call('call.dial', { target: `bob@127.0.0.1:${listening[0]?.port}` })) as {
    callId: string
  }
  const incoming = await bob.notified<CallStateChange>('call.state', ({ state }) => state === 'incoming')
  await alice.notified('call.state', (change) => change['callId'] === callId && change['state'] === 'early')
  const bobs = { callId: incoming.callId }
  const ours = { callId }
  assert.deepEqual(await bob.call('call.answer', bobs), {})
  await alice.notified('call.state', ({ state }) => state === 'confirmed')
  assert.deepEqual(alice.states(callId), ['calling', 'early', 'confirmed'])

  assert.deepEqual(await alice.call('call.hold', ours), {})
  await bob.notified<Snapshot>('phone.snapshot', ({ calls }) => calls[0]?.onHold.remote === true)
  assert.deepEqual(await alice.call('call.resume', ours), {})
  await bob.notified('call.quality')
  assert.deepEqual(await alice.call('call.mute', { ...ours, on: true }), {})
  await alice.notified<Snapshot>('phone.snapshot', ({ calls }) => calls[0]?.muted === true)
  assert.deepEqual(await alice.call('call.dtmf', { ...ours, digits: '4' }), { mode: 'rfc4733' })
  assert.deepEqual(await bob.notified('call.dtmf'), { ...bobs, digit: '4', mode: 'rfc4733' })

  assert.deepEqual(await bob.call('call.hangup', bobs), {})
  const ended = await alice.notified<CallEnded>('call.ended')
  assert.deepEqual([ended.callId, ended.by, ended.cause, ended.code], [callId, 'remote', 'normal', 200])
  assert.ok((ended.quality?.received.packets ?? 0) > 0)

  const log = (await alice.call('log.list', { limit: 10 })) as LogEntry[]
  assert.deepEqual(
    log.map((entry) => [entry.direction, entry.answered, entry.cause, entry.sipCallId]),
    [['outgoing', true, 'normal', ended.sipCallId]],
  )
  const trace = (await alice.call('trace.list', { sipCallId: ended.sipCallId })) as TraceSummary[]
  assert.deepEqual(
    [...new Set(trace.map(({ method, code }) => (code === undefined ? method : `${method} ${code}`)))].toSorted(),
    ['ACK', 'BYE', 'BYE 200', 'INVITE', 'INVITE 180', 'INVITE 200']
      .concat(trace.some(({ code }) => code === 100) ? ['INVITE 100'] : [])
      .toSorted(),
  )
  assert.ok(trace.every((message) => !('text' in message)))
  const first = (await alice.call('trace.get', { id: trace[0]?.id })) as TraceMessage
  assert.match(first.text, /^INVITE sip:bob@127\.0\.0\.1/)

  assert.deepEqual(await alice.call('log.remove', { ids: [log[0]?.id] }), {})
  assert.deepEqual(await alice.call('log.list'), [])
  assert.deepEqual(await bob.call('log.clear'), {})
  assert.deepEqual(await bob.call('log.list'), [])
})

test('reject, redirect and giving up, seen from both sides', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const alice = await RpcClient.start(scope, '--data', join(folder, 'alice'), ...tone)
  const bob = await RpcClient.start(scope, '--data', join(folder, 'bob'), ...tone)
  const { listening } = await bob.notified<{ listening: { port: number }[] }>('phone.ready')
  const target = `bob@127.0.0.1:${listening[0]?.port}`
  const dialled = async () => {
    const before = bob.heard.filter(({ params }) => params['state'] === 'incoming').length
    const { callId } = (await alice.call('call.dial', { target })) as { callId: string }
    const incoming = await until('an incoming call', () =>
      bob.heard.filter(({ params }) => params['state'] === 'incoming').at(before),
    )
    return { callId, bobs: String(incoming.params['callId']) }
  }
  const endOf = (callId: string) => alice.notified<CallEnded>('call.ended', (ended) => ended.callId === callId)

  const busy = await dialled()
  assert.deepEqual(await bob.call('call.silence', { callId: busy.bobs }), {})
  await bob.call('call.reject', { callId: busy.bobs })
  assert.deepEqual([(await endOf(busy.callId)).cause, (await endOf(busy.callId)).code], ['busy', 486])
  const declined = await dialled()
  await bob.call('call.reject', { callId: declined.bobs, code: 603 })
  assert.equal((await endOf(declined.callId)).cause, 'declined')
  const moved = await dialled()
  const heardOf = () => bob.heard.filter(({ params }) => params['state'] === 'incoming')
  const before = heardOf().length
  await bob.call('call.redirect', { callId: moved.bobs, target: target.replace('bob', 'carol') })
  const followed = await until('alice to follow', () => heardOf().at(before))
  await bob.call('call.reject', { callId: followed.params['callId'] })
  const { code, sipCallId } = await endOf(moved.callId)
  assert.equal(code, 486, 'what the new target answers')
  const sent = (await alice.call('trace.list', { sipCallId })) as TraceSummary[]
  assert.ok(
    sent.some(({ code }) => code === 302),
    'the redirection is in the trace',
  )
  const cancelled = await dialled()
  assert.deepEqual(await alice.call('call.hangup', { callId: cancelled.callId }), {})
  assert.equal((await endOf(cancelled.callId)).cause, 'cancelled')
  const missed = await until('a missed call', async () =>
    ((await bob.call('log.list', { missed: true })) as LogEntry[]).find((entry) => entry.cause === 'cancelled'),
  )
  assert.equal(missed.direction, 'incoming')

  const calls = [await dialled(), await dialled()]
  for (const { bobs } of calls) await bob.call('call.answer', { callId: bobs })
  for (const { callId } of calls)
    await alice.notified('call.state', (change) => change['callId'] === callId && change['state'] === 'confirmed')
  const joined = () =>
    alice.call('phone.snapshot').then((all) => (all as Snapshot).calls.map((call) => call.conference))
  assert.deepEqual(await alice.call('call.conference', { callIds: calls.map(({ callId }) => callId) }), {})
  assert.deepEqual(await joined(), [true, true])
  assert.deepEqual(await alice.call('call.split', { callId: calls[0]?.callId }), {})
  assert.deepEqual(await joined(), [false, false])
})

test('the trace is told as it grows and taken away as a file or as bytes', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const phone = await RpcClient.start(scope, '--data', join(folder, 'profile'), ...tone)
  await phone.notified('phone.ready')
  await phone.call('trace.subscribe', { on: true })
  await phone.call('call.dial', { target: 'nobody@127.0.0.1:9' })
  const { sipCallId } = await phone.notified<TraceMessage>('trace.message', ({ method }) => method === 'INVITE')
  const path = join(folder, 'call.pcap')
  assert.deepEqual(await phone.call('trace.export', { sipCallId, format: 'pcap', path }), { path })
  const { base64 } = (await phone.call('trace.export', { sipCallId, format: 'pcap' })) as { base64: string }
  assert.ok(readFileSync(path).equals(Buffer.from(base64, 'base64')))
  assert.ok(readFileSync(path).includes('INVITE sip:nobody@127.0.0.1:9 SIP/2.0'))
  const shown = await startDialtone(scope, ['trace', path])
  assert.equal((await shown.finished(10_000)).code, 0, shown.stderr)
  assert.match(shown.stdout, /INVITE Call-ID \S+\n[\s\S]*\|-+ INVITE \+ SDP -+>\|/)
  for (const [search, status, words] of [
    ['user:nobody /^cseq: \\d+ invite/', 0, /^/],
    ['/(a/', 1, /^invalid-params - /],
    ['code:2xx', 1, /^not-found - .*with code:2xx/],
  ] as const) {
    const searched = await startDialtone(scope, ['trace', path, '--ladder', '--search', search])
    assert.equal((await searched.finished(10_000)).code, status, searched.stderr)
    assert.match(searched.stderr, words)
  }
  const absent = await startDialtone(scope, ['trace', join(folder, 'absent.pcap')])
  assert.equal((await absent.finished(10_000)).code, 1)
  assert.match(absent.stderr, /^invalid-params - .*absent\.pcap cannot be shown/)
  assert.equal((await phone.failure('trace.export', { sipCallId: 'x', format: 'text' })).data.code, 'not-found')
  const nowhere = { format: 'text', path: join(folder, 'no', 'folder') }
  assert.deepEqual((await phone.failure('trace.export', nowhere)).data, { code: 'invalid-params', field: 'path' })
})

test('diagnostics are shown first, and written where a file is named', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const own = ['--data', join(folder, 'profile'), ...tone]
  const shown = await startDialtone(scope, ['diagnostics', '--json', ...own])
  assert.equal((await shown.finished(30_000)).code, 0, shown.stderr)
  const told = JSON.parse(shown.stdout) as { path: null; redacted: boolean; files: { name: string }[] }
  assert.deepEqual([told.path, told.redacted], [null, true])
  const path = join(folder, 'fault.tar.gz')
  const written = await startDialtone(scope, ['diagnostics', path, ...own])
  assert.equal((await written.finished(30_000)).code, 0, written.stderr)
  const archive = gunzipSync(readFileSync(path)).toString('latin1')
  for (const { name } of told.files) {
    assert.ok(archive.includes(`dialtone-diagnostics/${name}\0`), name)
    assert.match(written.stdout, new RegExp(`^${name.replace('.', '\\.')} \\d+$`, 'm'))
  }
})

test('the address book over the contract', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const phone = await RpcClient.start(scope, '--data', join(await temporaryFolder(scope), 'profile'), ...quietly)
  await phone.notified('phone.ready')
  const contact = { name: '王小明', addresses: [{ target: '1001', label: 'work' }], speedDial: 2 }
  const saved = (await phone.call('contacts.save', { contact })) as { id: number }
  await phone.notified('contacts.changed')
  assert.deepEqual(await phone.call('contacts.list', { search: '小明' }), [{ ...contact, id: saved.id, watch: false }])
  const { text } = (await phone.call('contacts.export')) as { text: string }
  assert.deepEqual(await phone.call('contacts.remove', { id: saved.id }), {})
  assert.deepEqual(await phone.call('contacts.import', { text }), { added: 1 })
  const wrong = await phone.failure('contacts.save', { contact: { ...contact, speedDial: 10 } })
  assert.deepEqual(wrong.data, { code: 'invalid-params', field: 'contact.speedDial' })
})

test('messages are kept over a restart, with what became of them', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const data = join(folder, 'alice')
  const alice = await RpcClient.start(scope, '--data', data, ...tone)
  const bob = await RpcClient.start(scope, '--data', join(folder, 'bob'), ...tone)
  const { listening } = await bob.notified<{ ready: boolean; listening: { port: number }[] }>('phone.ready')
  await alice.notified('phone.ready')
  const target = `bob@127.0.0.1:${listening[0]?.port}`
  assert.deepEqual(await alice.call('message.send', { target, text: '早安' }), {
    code: 200,
    reason: 'OK',
    messageId: 1,
  })
  const { from } = await bob.notified<MessageReceived>('message.received')
  await bob.notified('message.changed')
  const [heard] = (await bob.call('message.conversations')) as Conversation[]
  const found = (await bob.call('message.search', { text: '早安' })) as TextMessage[]
  assert.deepEqual(
    found.map(({ text, direction }) => [text, direction]),
    [['早安', 'incoming']],
  )
  assert.deepEqual(await bob.call('message.search', { text: '晚安' }), [])
  assert.deepEqual([heard?.unread, heard?.last.text, heard?.uri], [1, '早安', from])
  assert.deepEqual(await bob.call('message.read', { with: from }), {})
  await bob.notified('message.changed')
  assert.equal(((await bob.call('message.conversations')) as Conversation[])[0]?.unread, 0)
  await alice.call('phone.shutdown')
  await alice.program.finished(10_000)

  const again = await RpcClient.start(scope, '--data', data, ...tone)
  const kept = (await again.call('message.list', { with: target })) as TextMessage[]
  assert.deepEqual(
    kept.map(({ text, direction, delivery }) => [text, direction, delivery]),
    [['早安', 'outgoing', { state: 'accepted', code: 200 }]],
  )
  assert.deepEqual(await again.call('message.remove', { with: target }), {})
  assert.deepEqual(await again.call('message.conversations'), [])
  assert.doesNotMatch(again.program.stderr + alice.program.stderr + bob.program.stderr, /早安/)
})

test('every fault is answered with its code, and none ends it', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const data = join(folder, 'profile')
  const phone = await RpcClient.start(scope, '--data', data, ...quietly)
  await phone.notified('phone.ready')
  const info = (await phone.call('phone.info')) as PhoneInfo
  assert.equal(info.dataFolder, data)
  assert.match(info.userAgent, /^Dialtone\/\d/)

  const codeOf = async (method: string, params?: object) => (await phone.failure(method, params)).data
  const ofOneCall = Object.entries(methods)
    .filter(([name, { params }]) => name.startsWith('call.') && 'callId' in (params as { entries: object }).entries)
    .map(([name]) => name)
  for (const method of ofOneCall) {
    const more = { on: true, digits: '1', target: 'x@127.0.0.1', otherCallId: 'another', accept: true }
    const known = Object.keys((methods[method as 'call.mute'].params as { entries: object }).entries)
    const params = Object.fromEntries(Object.entries(more).filter(([name]) => known.includes(name)))
    assert.equal((await codeOf(method, { callId: 'nobody', ...params })).code, 'not-found', method)
    assert.deepEqual(await codeOf(method, params), { code: 'invalid-params', field: 'callId' }, method)
  }
  assert.equal((await codeOf('call.conference', { callIds: ['nobody', 'another'] })).code, 'not-found')
  assert.deepEqual(await codeOf('call.dial', { target: 'nonsense' }), { code: 'invalid-params', field: 'target' })
  assert.deepEqual(await codeOf('settings.set', { patch: { network: { sipPort: 'x' } } }), {
    code: 'invalid-params',
    field: 'network.sipPort',
  })
  assert.deepEqual(await codeOf('settings.set', { patch: { nonsense: 1 } }), {
    code: 'invalid-params',
    field: 'nonsense',
  })
  assert.equal((await codeOf('trace.get', { id: 99_999 })).code, 'not-found')
  assert.equal((await codeOf('presence.watch', { target: 'x@127.0.0.1' })).field, 'kind')
  assert.equal((await phone.failure('no.such.method')).code, -32601)
  const account = { username: 'x', domain: '127.0.0.1:9', register: 'never' }
  const { id } = (await phone.call('accounts.save', { account })) as { id: string }
  assert.equal(((await phone.call('accounts.list')) as unknown[]).length, 1)
  assert.deepEqual(await phone.call('accounts.remove', { id }), {})
  assert.deepEqual(await phone.call('accounts.list'), [])
  phone.program.write('this is no JSON\n')
  phone.program.write(`"${'x'.repeat(2_000_000)}"\n`)

  const settings = (await phone.call('settings.set', { patch: { calls: { doNotDisturb: true } } })) as Settings
  assert.equal(settings.calls.doNotDisturb, true)
  assert.deepEqual(await phone.call('phone.shutdown'), {})
  assert.equal((await phone.program.finished(10_000)).code, 0)

  const again = await RpcClient.start(scope, '--data', data, ...quietly)
  assert.equal(((await again.call('settings.get')) as Settings).calls.doNotDisturb, true)
})

test(
  'a second phone on the same folder is refused, and the lock goes with the first',
  { timeout: 60_000 },
  async (t) => {
    const scope = scopeOf(t)
    const data = await temporaryFolder(scope)
    const first = await RpcClient.start(scope, '--data', data, ...quietly)
    await first.notified('phone.ready')
    const second = await startDialtone(scope, ['rpc', '--data', data, ...quietly])
    assert.equal((await second.finished(10_000)).code, 1)
    assert.match(second.stderr, /^data-folder-locked - .*--profile NAME/)
    assert.equal(second.stdout, '')
    const looking = await startDialtone(scope, ['diagnostics', '--data', data, ...quietly])
    assert.equal((await looking.finished(10_000)).code, 1)
    assert.match(looking.stderr, /^data-folder-locked - .*Diagnostics/m)
    assert.doesNotMatch(looking.stderr, /--profile NAME/)
    first.program.closeInput()
    assert.equal((await first.program.finished(10_000)).code, 0)
    const third = await RpcClient.start(scope, '--data', data, ...quietly)
    await third.notified('phone.ready')
  },
)

test('the end of stdin ends calls in order', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const data = await temporaryFolder(scope)
  const bob = await startDialtone(scope, ['answer', ...quietly])
  const alice = await RpcClient.start(scope, '--data', data, ...quietly)
  await alice.call('call.dial', { target: `bob@127.0.0.1:${await listeningPort(bob)}` })
  await alice.notified('call.state', ({ state }) => state === 'confirmed')
  const children = descendants(alice.program.pid)
  alice.program.closeInput()
  assert.equal((await alice.program.finished(10_000)).code, 0)
  await until('the news of the end', () => bob.stderr.includes('the other side hung up'))
  for (const { pid } of children) await until('the end of the children', () => !isAlive(pid))
})
