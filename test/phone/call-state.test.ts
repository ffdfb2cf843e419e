import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallInput, type CallState, newCall, step, toneOf } from '../../electron/phone/call-state.ts'
import { seeded } from '../support/seeded.ts'

const inputs: readonly CallInput[] = [
  { kind: 'provisional', status: 180, reason: 'Ringing', tag: 'a', media: false },
  { kind: 'provisional', status: 183, reason: 'Progress', tag: '', media: true },
  { kind: 'accepted' },
  { kind: 'rejected', response: { status: 486, reason: 'Busy Here', source: 'peer' } },
  { kind: 'answer' },
  { kind: 'answered' },
  { kind: 'reject', status: 486, reason: 'Busy Here' },
  { kind: 'cancelled', reasonHeader: undefined },
  { kind: 'hangup' },
  { kind: 'bye', by: 'remote' },
  { kind: 'no-answer' },
  { kind: 'failed', cause: 'internal', status: 500, reason: 'x', by: 'local' },
  { kind: 'hold', side: 'local', on: true },
  { kind: 'hold', side: 'remote', on: false },
]

const order = ['calling', 'incoming', 'proceeding', 'early', 'confirmed', 'terminated']

test('whatever comes in whatever order: states only go on, and a call ends once', () => {
  const random = seeded(2)
  for (let round = 0; round < 20_000; round++) {
    let call: CallState = newCall(round % 2 === 0 ? 'outgoing' : 'incoming')
    let endings = 0
    for (let turn = 0; turn < 8; turn++) {
      const input = inputs[Math.floor(random() * inputs.length)] as CallInput
      const [next, outputs] = step(call, input)
      assert.ok(order.indexOf(next.state) >= order.indexOf(call.state), `${call.state} ${input.kind} ${next.state}`)
      const told = outputs.flatMap((output) => (output.kind === 'state' ? [output.state] : []))
      if (next.state !== call.state) assert.equal(told.at(-1), next.state, 'every transition is told')
      assert.ok(told.length <= 1)
      endings += outputs.filter(({ kind }) => kind === 'ended').length
      assert.equal(endings, next.state === 'terminated' ? 1 : 0)
      if (next.state === 'terminated' || next.state === 'confirmed') assert.equal(toneOf(next), null)
      call = next
    }
  }
})

test('a dialog that comes after the end is ended, always', () => {
  for (const direction of ['outgoing', 'incoming'] as const) {
    const [ended] = step(newCall(direction), { kind: 'hangup' })
    assert.equal(ended.state, 'terminated')
    for (const kind of ['accepted', 'answered'] as const) {
      assert.deepEqual(step(ended, { kind }), [ended, [{ kind: 'send', what: 'bye' }]])
    }
  }
})

test('a machine is a value: the same input twice gives the same', () => {
  const call = newCall('outgoing')
  for (const input of inputs) assert.deepEqual(step(call, input), step(call, input))
  assert.deepEqual(call, newCall('outgoing'))
})

const provisional = (status: number, tag: string, media = false): CallInput => ({
  kind: 'provisional',
  status,
  reason: 'r',
  tag,
  media,
})
const rejected = (status: number, source: 'peer' | 'timeout' | 'unreachable' = 'peer'): CallInput => ({
  kind: 'rejected',
  response: { status, reason: 'r', source },
})
const ringing = provisional(180, 'a')
const accepted = { kind: 'accepted' } as const
const answered = { kind: 'answered' } as const
const hangup = { kind: 'hangup' } as const
const noAnswer = { kind: 'no-answer' } as const
const failed: CallInput = { kind: 'failed', cause: 'internal', status: 500, reason: 'r', by: 'local' }

/** The state after the last of these inputs, and what that one gave, in words. */
function after(direction: 'outgoing' | 'incoming', ...given: readonly CallInput[]): string {
  let call = newCall(direction)
  let outputs: ReturnType<typeof step>[1] = []
  for (const input of given) [call, outputs] = step(call, input)
  const words = outputs.map((output) => {
    if (output.kind === 'send') return output.what
    if (output.kind === 'reject') return `reject ${output.status} ${output.reason}`
    if (output.kind === 'state') return `state ${output.state} ${output.code} ${output.reason}`
    if (output.kind === 'ended') return `ended ${output.code} ${output.reason} ${output.by} ${output.cause}`
    return output.kind
  })
  const pending = call.pending === 'nothing' ? '' : ` (${call.pending})`
  return `${call.state}${pending}: ${words.join(', ')}`
}

test('what each input does to an outgoing call', () => {
  const out = (...given: readonly CallInput[]) => after('outgoing', ...given)
  const over = (code: number, reason: string, by: string, cause: string, first = '') =>
    `terminated: ${first}state terminated ${code} ${reason}, ended ${code} ${reason} ${by} ${cause}`
  assert.equal(out(), 'calling: ')
  assert.equal(out(provisional(100, '')), 'proceeding: state proceeding 100 r')
  assert.equal(out(provisional(180, '')), 'proceeding: state proceeding 180 r')
  assert.equal(out(ringing), 'early: state early 180 r')
  assert.equal(out(ringing, provisional(183, '')), 'early: state early 183 r', 'a state never goes back')
  assert.equal(out(ringing, ringing), 'early: ')
  assert.equal(out(ringing, provisional(180, 'b', true)), 'early: changed')
  assert.equal(out(ringing, accepted), 'confirmed: state confirmed 200 OK')
  assert.equal(out(ringing, rejected(486)), over(486, 'r', 'remote', 'busy'))
  assert.equal(out(rejected(408, 'timeout')), over(408, 'r', 'network', 'timeout'))
  assert.equal(out(provisional(180, ''), rejected(408, 'timeout')), over(408, 'r', 'network', 'no-answer'))

  const cancelled = over(487, 'Request Terminated', 'local', 'cancelled')
  const cancelling = [ringing, hangup] as const
  assert.equal(out(hangup), over(487, 'Request Terminated', 'local', 'cancelled', 'cancel, '))
  assert.equal(out(...cancelling), 'early (cancel): cancel, changed')
  assert.equal(out(...cancelling, hangup), 'early (cancel): ')
  assert.equal(out(...cancelling, provisional(183, 'b')), 'early (cancel): ')
  assert.equal(out(...cancelling, rejected(603)), cancelled)
  assert.equal(out(...cancelling, noAnswer), cancelled)
  assert.equal(
    out(...cancelling, accepted),
    over(487, 'Request Terminated', 'local', 'cancelled', 'bye, '),
    'RFC 3261 9.1: the CANCEL came too late',
  )
  assert.equal(out(ringing, noAnswer), over(408, 'Request Timeout', 'local', 'no-answer', 'cancel, '))
  assert.equal(out(ringing, failed), over(500, 'r', 'local', 'internal', 'cancel, '))
  assert.equal(out(ringing, { kind: 'hold', side: 'local', on: true }), 'early: changed')
  assert.equal(out(ringing, { kind: 'answer' }), 'early: ', 'nobody answers his own call')
})

test('what each input does to an incoming call', () => {
  const into = (...given: readonly CallInput[]) => after('incoming', ...given)
  const refused = (status: number, reason: string, cause: string) =>
    `terminated: reject ${status} ${reason}, state terminated ${status} ${reason}, ended ${status} ${reason} local ${cause}`
  assert.equal(into({ kind: 'answer' }), 'incoming (accept): accept, changed')
  assert.equal(into({ kind: 'answer' }, { kind: 'answer' }), 'incoming (accept): ')
  assert.equal(into({ kind: 'answer' }, answered), 'confirmed: state confirmed 200 OK')
  assert.equal(into({ kind: 'reject', status: 603, reason: 'Decline' }), refused(603, 'Decline', 'declined'))
  assert.equal(into({ kind: 'reject', status: 302, reason: 'Moved', cause: 'busy' }), refused(302, 'Moved', 'busy'))
  assert.equal(into(hangup), refused(486, 'Busy Here', 'declined'))
  assert.equal(into(noAnswer), refused(480, 'Temporarily Unavailable', 'no-answer'))
  assert.equal(
    into(failed),
    'terminated: reject 500 Not Possible, state terminated 500 r, ended 500 r local internal',
    'what went wrong in here is not told',
  )
  const gone = 'terminated: state terminated 487 Request Terminated, ended 487 Request Terminated'
  assert.equal(into({ kind: 'cancelled', reasonHeader: undefined }), `${gone} remote cancelled`)
  assert.equal(
    into({ kind: 'cancelled', reasonHeader: 'Q.850;cause=16, SIP;cause=200;text="elsewhere"' }),
    `${gone} remote answered-elsewhere`,
  )
  assert.equal(into({ kind: 'cancelled', reasonHeader: 'SIP;cause=600' }), `${gone} remote cancelled`)
  assert.equal(into({ kind: 'bye', by: 'network' }), `${gone} network cancelled`)
  assert.equal(into(accepted), 'incoming: ')
})

test('what each input does to an answered call', () => {
  const talking = (...given: readonly CallInput[]) => after('outgoing', accepted, ...given)
  const over = (code: number, reason: string, by: string, cause: string, first = '') =>
    `terminated: ${first}state terminated ${code} ${reason}, ended ${code} ${reason} ${by} ${cause}`
  assert.equal(talking(hangup), over(200, 'OK', 'local', 'normal', 'bye, '))
  assert.equal(talking({ kind: 'bye', by: 'remote' }), over(200, 'OK', 'remote', 'normal'))
  assert.equal(talking({ kind: 'bye', by: 'network' }), over(408, 'Request Timeout', 'network', 'network-lost'))
  assert.equal(talking(failed), over(500, 'r', 'local', 'internal', 'bye, '))
  const held: CallInput = { kind: 'hold', side: 'remote', on: true }
  assert.equal(talking(held), 'confirmed: changed')
  assert.equal(talking(held, held), 'confirmed: ')
  assert.deepEqual(step(newCall('outgoing'), held)[0].onHold, { local: false, remote: true })
  assert.equal(talking(noAnswer), 'confirmed: ')
})

test('the tone: ring for who is called, ringback from 180 on until the peer sends sound', () => {
  const tone = (direction: 'outgoing' | 'incoming', ...given: readonly CallInput[]) => {
    let call = newCall(direction)
    for (const input of given) [call] = step(call, input)
    return toneOf(call)
  }
  assert.equal(tone('incoming'), 'ring')
  assert.equal(tone('incoming', { kind: 'answer' }), null)
  assert.equal(tone('outgoing'), null)
  assert.equal(tone('outgoing', provisional(183, 'a')), null)
  assert.equal(tone('outgoing', provisional(180, '')), 'ringback')
  assert.equal(tone('outgoing', ringing), 'ringback')
  assert.equal(tone('outgoing', provisional(183, 'a', true), ringing), null, 'early media plays')
  assert.equal(tone('outgoing', ringing, hangup), null)
  assert.equal(tone('outgoing', ringing, accepted), null)
})
