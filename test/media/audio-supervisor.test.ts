import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AudioSupervisor } from '../../electron/media/audio-supervisor.ts'
import { FakeChildren } from '../support/fake-children.ts'
import { testLog } from '../support/silent-log.ts'
import { VirtualTime } from '../support/virtual-time.ts'

const socket = { path: '/run/x/1.sock', token: 'secret' }
const noDevice = { event: 'failed', code: 'no-audio-device', message: 'no sound device', permanent: false }

function build() {
  const clock = new VirtualTime()
  const children = new FakeChildren()
  const states: string[] = []
  let chosen = {}
  const audio = new AudioSupervisor({
    clock,
    log: testLog(),
    start: (delegate) => children.start('audio', delegate),
    chosen: () => chosen,
    onState: (state, message) => states.push(`${state}: ${message}`),
  })
  /** A host that opened its device, with sound at the media process. */
  const sound = () => {
    children.all.at(-1)!.say({ event: 'running', input: { name: 'Headset', rate: 48_000 } })
    audio.running()
  }
  return {
    clock,
    children,
    states,
    audio,
    sound,
    last: () => children.all.at(-1)!,
    choose: (names: { input?: string; output?: string }) => (chosen = names),
    state: () => states.at(-1)?.split(':')[0] ?? 'idle',
  }
}

describe('audio supervisor', () => {
  it('runs a host while sound is wanted, no longer', async () => {
    const { clock, children, audio, sound, last, state } = build()
    await clock.pass(1000)
    assert.equal(children.all.length, 0)
    audio.want(socket)
    assert.deepEqual(last().heard, [{ op: 'run', ...socket }])
    sound()
    assert.equal(state(), 'running')
    await clock.pass(60_000)
    assert.equal(children.all.length, 1)
    audio.want(undefined)
    await clock.pass(1000)
    assert.deepEqual([state(), children.alive, clock.pending], ['idle', 0, 0])
    audio.want(socket)
    await clock.pass(0)
    assert.equal(children.all.length, 2)
  })

  it('replaces the host after a second without sound, not after a hiccup', async () => {
    const { clock, children, audio, sound, state } = build()
    audio.want(socket)
    sound()
    audio.stalled()
    await clock.pass(500)
    audio.running()
    await clock.pass(5000)
    assert.deepEqual([children.all.length, state()], [1, 'running'])
    audio.stalled()
    await clock.pass(899)
    assert.equal(children.all.length, 1)
    await clock.pass(1)
    assert.equal(state(), 'lost')
    await clock.pass(0)
    assert.equal(children.all.length, 2, 'at once')
    sound()
    assert.equal(state(), 'running')
  })

  it('starts the next host at once when one dies, and looks for a lost device at least twice a second', async () => {
    const { clock, children, audio, sound, last, state, states } = build()
    audio.want(socket)
    sound()
    last().exit({ signal: 'SIGSEGV', complaint: 'driver' })
    assert.equal(state(), 'lost')
    assert.match(states.at(-1)!, /driver/)
    await clock.pass(0)
    assert.equal(children.all.length, 2)
    children.onStart = (child) => queueMicrotask(() => child.say(noDevice))
    last().say(noDevice)
    const before = children.all.length
    await clock.pass(30_000)
    const tries = children.all.length - before
    assert.ok(tries >= 60 && tries <= 130, `${tries} tries in 30 s`)
    assert.equal(state(), 'lost')
    await clock.pass(120_000)
    const slow = children.all.length
    await clock.pass(60_000)
    assert.ok(children.all.length - slow <= 31, 'less often after a while')
    children.onStart = () => {}
    await clock.pass(2000)
    sound()
    assert.equal(state(), 'running')
    assert.equal(children.alive, 1)
  })

  it('replaces a host that hangs while it opens, or that opens and gives no sound', async () => {
    const { clock, children, audio, last, state } = build()
    audio.want(socket)
    await clock.pass(5000)
    assert.deepEqual([children.all.length, state()], [2, 'unavailable'])
    last().say({ event: 'running' })
    await clock.pass(2000)
    await clock.pass(250)
    assert.equal(children.all.length, 3)
    assert.equal(children.alive, 1)
  })

  it('says once that there is no device, and finds one that is plugged in later', async () => {
    const { clock, children, audio, sound, states, state } = build()
    children.onStart = (child) => queueMicrotask(() => child.say(noDevice))
    audio.want(socket)
    await clock.pass(60_000)
    assert.deepEqual(states, ['unavailable: no sound device'])
    assert.ok(children.all.length < 25, `${children.all.length} tries in a minute`)
    children.onStart = () => {}
    await clock.pass(5000)
    sound()
    assert.equal(state(), 'running')
  })

  it('does not try again what cannot work, before something was changed', async () => {
    const { clock, children, audio, last, states, choose } = build()
    audio.want(socket)
    last().say({ ...noDevice, message: 'no sound card: the package naudiodon is not installed', permanent: true })
    await clock.pass(60_000)
    assert.deepEqual([children.all.length, children.alive, clock.pending], [1, 0, 0])
    assert.match(states.at(-1)!, /^unavailable: .*naudiodon/)
    audio.want(undefined)
    audio.want(socket)
    await clock.pass(60_000)
    assert.equal(children.all.length, 1)
    assert.match(states.at(-1)!, /^unavailable: .*naudiodon/)
    choose({ input: 'Headset', output: '' })
    audio.changed()
    await clock.pass(0)
    assert.deepEqual(last().heard, [{ op: 'run', ...socket, input: 'Headset' }])
  })

  it('opens other devices when others were chosen', async () => {
    const { clock, children, audio, sound, last, choose } = build()
    choose({ input: 'A', output: 'B' })
    audio.changed()
    assert.equal(children.all.length, 0)
    audio.want(socket)
    sound()
    choose({ input: 'C', output: 'B' })
    audio.changed()
    await clock.pass(10)
    assert.deepEqual(last().heard, [{ op: 'run', ...socket, input: 'C', output: 'B' }])
    assert.equal(children.alive, 1)
  })

  it('follows the media process to its new socket, and is there before it', async () => {
    const { clock, children, audio, sound, last, state } = build()
    const [second, third] = [2, 3].map((n) => ({ path: `/run/x/${n}.sock`, token: 'other' })) as [
      typeof socket,
      typeof socket,
    ]
    audio.moved(second)
    assert.equal(children.all.length, 0, 'nobody wants sound')
    audio.want(socket)
    sound()
    audio.moved(second)
    assert.equal(state(), 'lost')
    await clock.pass(0)
    assert.deepEqual(last().heard, [{ op: 'run', ...second }])
    audio.want(second)
    sound()
    assert.deepEqual([state(), children.all.length], ['running', 2])
    // The host dies with the process that it served, and its supervisor hears that first.
    last().exit({ signal: 'SIGKILL' })
    await clock.pass(10)
    audio.moved(third)
    await clock.pass(0)
    assert.deepEqual(last().heard, [{ op: 'run', ...third }])
    assert.equal(children.alive, 1)
    await audio.close()
    assert.deepEqual([children.alive, clock.pending], [0, 0])
  })
})
