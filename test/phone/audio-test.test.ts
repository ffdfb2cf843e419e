import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AudioLevels } from '../../electron/phone/shapes.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

test('one test at a time, seen in the snapshot', async () => {
  const { phone, media } = await benchPhone()
  await phone.audioTest('meters', true)
  assert.equal(phone.snapshot().audio.test, 'meters')
  await phone.audioTest('tone', true)
  assert.equal(phone.snapshot().audio.test, 'tone')
  await phone.audioTest('meters', false)
  assert.equal(phone.snapshot().audio.test, 'tone', 'that one does not run any more')
  await phone.audioTest('tone', false)
  assert.equal('test' in phone.snapshot().audio, false)
  assert.deepEqual(media.tests, ['meters', null, 'tone', null])
  assert.deepEqual(media.testAudio, { source: { kind: 'device' }, sink: { kind: 'device' } })
})

test('its sound is that of the command line', async () => {
  const testAudio = { source: { kind: 'silence' }, sink: { kind: 'discard' } } as const
  const { phone, media } = await benchPhone({ testAudio })
  await phone.audioTest('echo', true)
  assert.deepEqual(media.testAudio, testAudio)
})

test('a forgotten test ends after two minutes', async () => {
  const { phone, media, time, heard } = await benchPhone()
  await phone.audioTest('meters', true)
  await time.advance(119_999)
  assert.deepEqual(media.tests, ['meters'])
  await time.advance(1)
  assert.deepEqual(media.tests, ['meters', null])
  await time.advance(50)
  assert.equal(heard.snapshots.at(-1)?.snapshot.audio.test, undefined)
})

test('a call ends it, and there is none during a call', async () => {
  for (const begin of ['dial', 'call'] as const) {
    const { phone, agent, media, time } = await benchPhone()
    await phone.audioTest('echo', true)
    if (begin === 'dial') phone.dial({ target: 'bob@192.0.2.2' })
    else agent.call({ offer: peerSdp() })
    await time.advance(0)
    assert.deepEqual(media.tests, ['echo', null], begin)
    await assert.rejects(phone.audioTest('tone', true), { code: 'bad-state' })
    assert.deepEqual(media.tests, ['echo', null], begin)
  }
})

test('a refused call does not end it', async () => {
  const { phone, agent, media, time } = await benchPhone({ overrides: { calls: { doNotDisturb: true } } })
  await phone.audioTest('echo', true)
  agent.call({ offer: peerSdp() })
  await time.advance(0)
  assert.deepEqual(media.tests, ['echo'])
})

test('its levels belong to no call', async () => {
  const { phone, media } = await benchPhone()
  const levels: AudioLevels[] = []
  phone.delegate = {
    onSnapshot() {},
    onCallState() {},
    onCallEnded() {},
    onDtmf() {},
    onQuality() {},
    onLevels: (one) => levels.push(one),
  }
  media.delegate?.onLevel(undefined, -12, -20)
  media.delegate?.onLevel('c1', -13, -21)
  assert.deepEqual(levels, [
    { microphoneDbfs: -12, speakerDbfs: -20 },
    { callId: 'c1', microphoneDbfs: -13, speakerDbfs: -21 },
  ])
})

test('the end of the phone ends it, and then there is none', async () => {
  const { phone, media, time } = await benchPhone()
  await phone.audioTest('meters', true)
  await phone.shutdown()
  assert.deepEqual(media.tests, ['meters', null])
  assert.equal(time.pending, 0)
  await assert.rejects(phone.audioTest('meters', true), { code: 'bad-state' })
})

test('chosen devices are saved and used at once; other settings disturb no sound', async () => {
  const { phone, media, store } = await benchPhone()
  phone.selectAudio({ input: 'Headset' })
  phone.selectAudio({ output: 'Speakers', ring: 'Bell' })
  assert.equal(media.timesDevicesChanged, 2)
  assert.partialDeepStrictEqual(phone.settings().audio, { input: 'Headset', output: 'Speakers', ring: 'Bell' })
  assert.partialDeepStrictEqual(store.saved.at(-1), { audio: { input: 'Headset', output: 'Speakers', ring: 'Bell' } })
  assert.partialDeepStrictEqual(phone.snapshot().audio, { input: 'Headset', output: 'Speakers' })
  phone.selectAudio({ input: 'Headset' })
  phone.setSettings({ ui: { theme: 'dark' } })
  assert.equal(media.timesDevicesChanged, 2)
  phone.setSettings({ audio: { input: '' } })
  assert.equal(media.timesDevicesChanged, 3)
  assert.throws(() => phone.selectAudio({ input: 'x'.repeat(257) }), { code: 'invalid-params' })
})
