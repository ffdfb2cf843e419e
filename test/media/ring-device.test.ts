import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MediaHost } from '../../electron/media/media-host.ts'
import type { ChosenDevices } from '../../electron/media/ring-device.ts'
import { FakeChildren } from '../support/fake-children.ts'
import { testLog } from '../support/silent-log.ts'
import { VirtualTime } from '../support/virtual-time.ts'

async function build(devices: ChosenDevices) {
  const clock = new VirtualTime()
  const children = new FakeChildren()
  children.onStart = (child) => {
    if (child.entry !== 'media') return
    child.onCommand = (command) =>
      queueMicrotask(() => {
        if (command.op === 'ping') child.say({ event: 'pong' })
        // As the media process says it: the tone wants the device that it is for.
        if (command.op !== 'tone') return
        const ring = 'ring' in command
        child.say({ event: 'audio-wanted', wanted: 'tone' in command && command.tone !== null && !ring })
        child.say({ event: 'audio-wanted', wanted: ring, ring: true })
      })
    queueMicrotask(() => child.say({ event: 'ready' }))
  }
  let chosen = devices
  const delegate = { onDtmf() {}, onQuality() {}, onLevel() {}, onAudioState() {} }
  const host = new MediaHost(
    {
      startChild: children.start,
      entries: { mediaProcess: 'media', audioHost: 'audio' },
      clock,
      log: testLog(),
      socketFolder: '/run/x',
      chosenDevices: () => chosen,
    },
    delegate,
  )
  await clock.pass(0)
  const media = children.of('media')[0]!
  const [card, ring] = media.commands('listen-audio')
  assert.equal(ring?.['ring'], true)
  assert.notEqual(card?.['path'], ring['path'])
  return {
    clock,
    host,
    media,
    card,
    ring,
    hosts: () => children.of('audio').filter(({ alive }) => alive),
    choose: (now: ChosenDevices) => {
      chosen = now
      host.devicesChanged()
    },
  }
}

const run = ({ path, token }: Record<string, unknown> = {}) => ({ op: 'run', path, token })

test('it rings on the device that was chosen for it, and on no other; ringback stays on the speaker', async () => {
  const { clock, host, ring, card, hosts } = await build({ output: 'Headset', ring: 'Loudspeaker' })
  host.tone('ring', 'us')
  await clock.pass(0)
  assert.equal(hosts().length, 1)
  assert.deepEqual(hosts()[0]?.heard, [{ ...run(ring), output: 'Loudspeaker', outputOnly: true }])
  host.tone('ringback', 'us')
  await clock.pass(1000)
  assert.deepEqual(
    hosts().map(({ heard }) => heard),
    [[{ ...run(card), output: 'Headset' }]],
  )
  host.tone(null, 'us')
  await clock.pass(1000)
  assert.equal(hosts().length, 0)
})

test('where the same device is chosen, or the default for both, no second one is opened', async () => {
  for (const devices of [{}, { output: 'Headset', ring: 'Headset' }, { output: '', ring: '' }]) {
    const { clock, host, media, hosts } = await build(devices)
    host.tone('ring', 'china')
    await clock.pass(0)
    assert.deepEqual(media.commands('tone'), [{ op: 'tone', tone: 'ring', plan: 'china' }])
    assert.equal(hosts().length, 1)
  }
})

test('a ring device that is gone costs no call: the speaker rings, and the next call tries it again', async () => {
  const { clock, host, media, hosts } = await build({ output: 'Headset', ring: 'Loudspeaker' })
  host.tone('ring', 'us')
  await clock.pass(0)
  const failed = { event: 'failed', code: 'no-audio-device', message: 'it cannot be opened', permanent: false }
  hosts()[0]?.say(failed)
  await clock.pass(0)
  assert.deepEqual(media.commands('tone').at(-1), { op: 'tone', tone: 'ring', plan: 'us' })
  host.tone(null, 'us')
  host.tone('ring', 'us')
  assert.deepEqual(media.commands('tone').at(-1), { op: 'tone', tone: 'ring', plan: 'us', ring: true })
})

test('another ring device does not open the card anew', async () => {
  const { clock, host, hosts, choose } = await build({ output: 'Headset', ring: 'Headset' })
  host.tone('ringback', 'us')
  await clock.pass(0)
  const [before] = hosts()
  choose({ output: 'Headset', ring: 'Loudspeaker' })
  await clock.pass(0)
  assert.ok(before?.alive && hosts().includes(before))
  choose({ output: 'Other', ring: 'Loudspeaker' })
  await clock.pass(1000)
  assert.equal(before.alive, false)
})

test('how the microphone is heard is told when it is opened, and whenever it changes', async () => {
  const capture = { echoCancellation: true, noiseSuppression: false, gainControl: true }
  const { clock, host, media, choose } = await build({ capture })
  assert.deepEqual(media.commands('capture'), [])
  host.tone('ringback', 'us')
  await clock.pass(0)
  assert.deepEqual(media.commands('capture'), [{ op: 'capture', capture }])
  choose({ capture: { ...capture, gainControl: false } })
  assert.deepEqual(media.commands('capture').at(-1), { op: 'capture', capture: { ...capture, gainControl: false } })
})
