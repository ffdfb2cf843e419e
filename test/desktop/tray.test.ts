import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateLine, trayMenu, trayState } from '../../electron/desktop/tray-view.ts'
import { trayPictures } from '../../electron/desktop/tray-pictures.ts'
import { textsFor } from '../../electron/desktop/texts.ts'
import type { Call, Snapshot } from '../../electron/phone/shapes.ts'

const texts = textsFor('en', [])
const call = (more: Partial<Call> = {}): Call => ({
  callId: 'c1',
  sipCallId: 's1',
  direction: 'incoming',
  state: 'confirmed',
  remote: { uri: 'sip:bob@example.org', displayName: 'Bob & Co' },
  srtp: false,
  muted: false,
  onHold: { local: false, remote: false },
  recording: false,
  conference: false,
  startedAt: '2026-01-01T00:00:00.000Z',
  ...more,
})
const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  accounts: [],
  calls: [],
  voicemail: [],
  presence: [],
  audio: { input: '', output: '', state: 'idle' },
  doNotDisturb: false,
  ...more,
})
const failed = [{ id: 'a', registration: { state: 'failed' } }] as const

test('what matters most is shown: a call, what was missed, what failed, what was chosen', () => {
  const states = [
    [snapshot(), 0, 'ready', 'Ready for calls'],
    [snapshot({ doNotDisturb: true }), 0, 'quiet', 'Do not disturb'],
    [snapshot({ doNotDisturb: true, accounts: failed }), 0, 'fault', 'An account is not registered'],
    [snapshot({ accounts: failed }), 2, 'missed', 'Missed calls: 2'],
    [snapshot({ calls: [call()] }), 2, 'calling', 'In a call: Bob && Co'],
    [
      snapshot({ calls: [call({ state: 'incoming', remote: { uri: 'sip:1@h' } })] }),
      0,
      'calling',
      'Incoming call: sip:1@h',
    ],
  ] as const
  for (const [seen, missed, state, line] of states) {
    assert.equal(trayState({ snapshot: seen, missed }), state)
    assert.equal(stateLine({ snapshot: seen, missed, texts }), line)
  }
})

test('the menu offers what can be done now', () => {
  const done: string[] = []
  const note =
    (what: string) =>
    (...given: unknown[]) =>
      void done.push([what, ...given].join(' '))
  const actions = {
    onShow: note('show'),
    onHide: note('hide'),
    onAnswer: note('answer'),
    onDecline: note('decline'),
    onHangUp: note('hang up'),
    onMute: note('mute'),
    onDoNotDisturb: note('quiet'),
    onAnotherPhone: note('another'),
    onQuit: note('quit'),
  }
  const menu = (seen: Snapshot, windowVisible = false) =>
    trayMenu({ snapshot: seen, missed: 0, windowVisible, texts, title: 'Dialtone' }, actions)
  const clickAll = (items: ReturnType<typeof menu>) => {
    done.length = 0
    for (const { click } of items) (click as (() => void) | undefined)?.()
    return done.slice()
  }
  assert.deepEqual(clickAll(menu(snapshot())), ['show', 'quiet true', 'another', 'quit'])
  assert.deepEqual(clickAll(menu(snapshot({ doNotDisturb: true }), true)), ['hide', 'quiet false', 'another', 'quit'])
  const ringing = menu(snapshot({ calls: [call({ state: 'incoming' })] }))
  assert.deepEqual(clickAll(ringing).slice(0, 2), ['answer c1', 'decline c1'])
  assert.deepEqual(clickAll(menu(snapshot({ calls: [call({ muted: true })] }))).slice(0, 2), [
    'mute c1 false',
    'hang up c1',
  ])
  const going = menu(snapshot({ calls: [call({ direction: 'outgoing', state: 'early' })] }))
  assert.deepEqual(clickAll(going).slice(0, 2), ['hang up c1', 'show'])
  assert.equal(going[0]?.enabled, false)
  const names = (language: 'zh-TW' | 'zh-CN') =>
    trayMenu(
      { snapshot: snapshot(), missed: 0, windowVisible: false, texts: textsFor(language, []), title: '' },
      actions,
    ).map(({ label }) => label)
  assert.ok(names('zh-TW').includes('顯示 Dialtone') && names('zh-CN').includes('显示 Dialtone'))
})

test('a caller’s name cannot reach beyond its line', () => {
  const evil = call({ remote: { uri: 'sip:x@h', displayName: 'Quit\n\u202eDialtone' } })
  assert.equal(stateLine({ snapshot: snapshot({ calls: [evil] }), missed: 0, texts }), 'In a call: Quit Dialtone')
})

test('every state has a picture of its own, in both sizes', () => {
  const all = Object.values(trayPictures).flatMap(({ colour }) => colour)
  assert.equal(new Set(all).size, all.length)
  for (const { colour, template } of Object.values(trayPictures))
    for (const [index, url] of [...colour, ...template].entries()) {
      const png = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64')
      assert.equal(png.readUInt32BE(16), index % 2 === 0 ? 16 : 32)
    }
})
