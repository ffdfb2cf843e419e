import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import type { BrowserWindow } from 'electron'
import type { Phone } from '../../electron/phone/phone.ts'
import { defaultSettings, mergeSettings, type Settings } from '../../electron/phone/settings.ts'
import type { Call, CallEnded, LogEntry, Snapshot } from '../../electron/phone/shapes.ts'
import { autostartPath, saveAutostart } from '../../electron/store/autostart-file.ts'
import { FakeNotification, FakeTray, FakeWindow, fakeElectron } from '../support/fake-electron.ts'
import { scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** The phone outside of its window, on an Electron that writes down what it is asked. */

const electron = fakeElectron()
const { Surroundings } = await import('../../electron/desktop/surroundings.ts')
const { autostartEntry, startAtLogin } = await import('../../electron/desktop/start-at-login.ts')
const { openMainWindow } = await import('../../electron/desktop/main-window.ts')
const { askForMicrophone } = await import('../../electron/desktop/microphone.ts')
const { textsFor } = await import('../../electron/desktop/texts.ts')

const empty: Snapshot = {
  accounts: [],
  calls: [],
  voicemail: [],
  presence: [],
  audio: { input: '', output: '', state: 'idle' },
  doNotDisturb: false,
}
const ringing = { callId: 'c1', state: 'incoming', direction: 'incoming', remote: { uri: 'sip:bob@h' } } as Call
const talking = { ...ringing, callId: 'c2', state: 'confirmed', muted: false, onHold: { local: false } } as Call

function open(settings: Settings = defaultSettings) {
  const done: string[] = []
  const log: LogEntry[] = []
  const note = (what: string, ...given: unknown[]) => Promise.resolve(void done.push([what, ...given].join(' ')))
  const phone = {
    snapshot: () => empty,
    settings: () => settings,
    listLog: () => log,
    contacts: {
      named: (one: LogEntry) =>
        one.remote.uri === 'sip:known@h' ? { ...one, remote: { ...one.remote, displayName: 'From the book' } } : one,
    },
    answer: (callId: string) => note('answer', callId),
    reject: (callId: string) => note('reject', callId),
    hangup: (callId: string) => note('hang up', callId),
    mute: (callId: string, on: boolean) => note('mute', callId, on),
  } as unknown as Phone
  const window = new FakeWindow()
  const autostart: (string | undefined)[] = []
  const surroundings = new Surroundings({
    window: window as unknown as BrowserWindow,
    phone,
    title: 'Dialtone',
    texts: () => textsFor('en', []),
    login: { args: ['--profile', 'default'], saveAutostart: (entry) => void autostart.push(entry) },
    onAnotherPhone: () => {},
    onQuit: () => void done.push('quit'),
    onDialText: (target) => void done.push(`dial text ${target}`),
    changeSettings: (patch) => void done.push(JSON.stringify(patch)),
    log: testLog(),
  })
  const missed = (sipCallId: string, is = true, uri = 'sip:bob@h') => {
    log.unshift({ sipCallId, missed: is, remote: { uri, displayName: 'Bob' } } as LogEntry)
    surroundings.ended({ sipCallId } as CallEnded)
  }
  return { surroundings, window, done, missed, autostart, tray: FakeTray.all.at(-1) }
}

const change = (patch: object) => mergeSettings(defaultSettings, { ui: patch })

afterEach(() => {
  FakeNotification.all.length = 0
  FakeTray.refuses = false
  electron.app.isPackaged = false
  electron.globalShortcut.taken.clear()
})

test('the tray follows the phone, and its menu acts on it', async () => {
  const { surroundings, tray, done, window } = open()
  assert.equal(tray?.tooltip, 'Dialtone: Ready for calls')
  const menuBefore = tray?.menu
  surroundings.update({ ...empty })
  assert.equal(tray?.menu, menuBefore, 'an open menu is left alone while nothing changes')
  surroundings.update({ ...empty, calls: [ringing] })
  assert.equal(tray?.tooltip, 'Dialtone: Incoming call: sip:bob@h')
  tray?.menu.find(({ id }) => id === 'answer c1')?.click?.()
  tray?.menu.find(({ id }) => id === 'do-not-disturb')?.click?.()
  tray?.menu.find(({ id }) => id === 'show')?.click?.()
  assert.ok(window.visible)
  assert.ok(
    tray?.menu.some(({ id }) => id === 'hide'),
    'it knows that the window is there now',
  )
  tray?.menu.find(({ id }) => id === 'quit')?.click?.()
  assert.deepEqual(done, ['answer c1', '{"calls":{"doNotDisturb":true}}', 'quit'])
  surroundings.close()
  assert.ok(tray?.destroyed)
})

test('a system without a tray has a phone all the same', () => {
  FakeTray.refuses = true
  const { surroundings, missed } = open()
  surroundings.update({ ...empty, calls: [ringing] })
  missed('s1')
  surroundings.close()
})

test('a missed call is told and counted until somebody looks; calling back fills the dial field', () => {
  const { missed, window, tray, done } = open()
  missed('s1')
  missed('s2', false)
  missed('s3')
  assert.equal(FakeNotification.all.length, 2)
  assert.equal(FakeNotification.all[0]?.options['title'], 'Missed call: Bob')
  assert.equal(tray?.tooltip, 'Dialtone: Missed calls: 2')
  if (process.platform !== 'win32') assert.equal(electron.app.badge, 2)
  FakeNotification.all[0]?.emit('action', {}, 0)
  assert.deepEqual(done, ['dial text sip:bob@h'], 'nobody is called')
  window.emit('focus')
  assert.equal(electron.app.badge, 0)
  assert.equal(tray?.tooltip, 'Dialtone: Ready for calls')
  assert.ok(FakeNotification.all.every(({ state }) => state === 'closed'))
  window.focus()
  missed('s4')
  assert.equal(FakeNotification.all.length, 2, 'whoever looks at the window sees it there')
})

test('whoever is in the address book goes by their name there', () => {
  const { surroundings, missed } = open()
  surroundings.message({ from: 'sip:known@h', displayName: 'Ext 7', to: 'sip:me@h', text: 'x', at: '' })
  assert.equal(FakeNotification.all.at(-1)?.options['title'], 'Message: From the book')
  missed('s1', true, 'sip:known@h')
  assert.equal(FakeNotification.all.at(-1)?.options['title'], 'Missed call: From the book')
})

test('a message is told without its tricks, and notices do not pile up', () => {
  const { surroundings } = open()
  for (let n = 0; n < 30; n++)
    surroundings.message({ from: 'sip:eve@h', to: 'sip:me@h', text: `line\n\u202e${n}`, at: '' })
  assert.equal(FakeNotification.all[0]?.options['body'], 'line 0')
  assert.equal(FakeNotification.all[0]?.options['title'], 'Message: sip:eve@h')
  assert.equal(FakeNotification.all.filter(({ state }) => state === 'shown').length, 20)
})

test('keys that work everywhere, only when they are turned on, act on the call that is meant', async () => {
  const { surroundings, done } = open()
  assert.equal(electron.shortcuts.size, 0)
  surroundings.apply(change({ globalShortcuts: { on: true } }))
  assert.deepEqual(
    [...electron.shortcuts.keys()],
    ['CommandOrControl+Alt+A', 'CommandOrControl+Alt+H', 'CommandOrControl+Alt+M'],
  )
  const press = (key: string) => electron.shortcuts.get(`CommandOrControl+Alt+${key}`)?.()
  for (const key of ['A', 'H', 'M']) press(key)
  assert.deepEqual(done, [], 'without a call nothing happens')
  const held = { ...talking, callId: 'c3', onHold: { local: true, remote: false } }
  surroundings.update({ ...empty, calls: [held, ringing, talking] })
  for (const key of ['A', 'H', 'M']) press(key)
  assert.deepEqual(done, ['answer c1', 'hang up c2', 'mute c2 true'])
  surroundings.apply(change({ globalShortcuts: { on: true, mute: '', hangUp: 'Ctrl+Shift+F9' } }))
  assert.deepEqual([...electron.shortcuts.keys()], ['CommandOrControl+Alt+A', 'Ctrl+Shift+F9'])
  surroundings.close()
  assert.equal(electron.shortcuts.size, 0)
})

test('keys of another program are told', () => {
  electron.globalShortcut.taken.add('CommandOrControl+Alt+M')
  const { surroundings } = open()
  surroundings.apply(change({ globalShortcuts: { on: true } }))
  assert.deepEqual(
    FakeNotification.all.map(({ options }) => options['body']),
    ['CommandOrControl+Alt+M'],
  )
  surroundings.apply(change({ globalShortcuts: { on: true } }))
  assert.equal(FakeNotification.all.length, 1, 'once')
  surroundings.close()
})

test('what are no keys is refused by the settings', () => {
  for (const keys of ['A', 'Ctrl+', 'Ctrl+A B', '+A', 'Hyper+A'])
    assert.throws(() => change({ globalShortcuts: { mute: keys } }), { code: 'invalid-params' }, keys)
  for (const keys of ['', 'Ctrl+Alt+A', 'CommandOrControl+Shift+F10', 'MediaPlayPause', 'Super+.'])
    assert.equal(change({ globalShortcuts: { mute: keys } }).ui.globalShortcuts.mute, keys)
})

test('links and login: only of a package, only when changed', { skip: process.platform !== 'linux' }, () => {
  const { surroundings, autostart } = open()
  surroundings.apply(change({ openLinks: true, startAtLogin: true }))
  assert.deepEqual([electron.app.clients.size, autostart], [0, []], 'a checkout changes nothing of the system')
  electron.app.isPackaged = true
  surroundings.apply(change({ openLinks: false, startAtLogin: false }))
  surroundings.apply(change({ openLinks: true, startAtLogin: true }))
  assert.deepEqual([...electron.app.clients], ['sip', 'sips', 'tel', 'callto'])
  surroundings.apply(change({ openLinks: true, startAtLogin: true, theme: 'dark' }))
  surroundings.apply(change({}))
  assert.equal(electron.app.clients.size, 0)
  const exec = `Exec="${process.execPath}" "--profile" "default" "--hidden"`
  assert.deepEqual(
    autostart.map((entry) => entry?.split('\n').find((line) => line.startsWith('Exec='))),
    [undefined, exec, undefined],
  )
})

test('Windows and macOS are asked in their own way', () => {
  electron.app.isPackaged = true
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
  Object.defineProperty(process, 'platform', { value: 'win32', configurable: true })
  try {
    startAtLogin(true, { args: ['--profile', 'work'], saveAutostart: () => assert.fail() })
  } finally {
    Object.defineProperty(process, 'platform', platform)
  }
  assert.deepEqual(electron.app.loginItem, { openAtLogin: true, args: ['--profile', 'work', '--hidden'] })
})

test('an autostart file says exactly what is to run, whatever is in it', async (t) => {
  const entry = autostartEntry(['/opt/My "Phone"/x', '--data', '/tmp/$HOME`x`\\y 100%'])
  assert.match(entry, /^Exec="\/opt\/My \\\\"Phone\\\\"\/x" "--data" "\/tmp\/\\\\\$HOME\\\\`x\\\\`\\\\\\\\y 100%%"$/m)
  const folder = await temporaryFolder(scopeOf(t))
  const path = autostartPath('../my phone', { XDG_CONFIG_HOME: folder })
  assert.equal(path, join(folder, 'autostart', 'dialtone-..-my-phone.desktop'))
  assert.equal(
    autostartPath('a', { XDG_CONFIG_HOME: 'relative' }, '/home/me'),
    '/home/me/.config/autostart/dialtone-a.desktop',
  )
  saveAutostart(path, entry)
  assert.equal(readFileSync(path, 'utf8'), entry)
  saveAutostart(path, undefined)
  saveAutostart(path, undefined)
  assert.ok(!existsSync(path))
})

test('started hidden, the window waits out of sight', async () => {
  const start = async (hidden: Promise<boolean>) => {
    openMainWindow({
      preload: '',
      page: '',
      title: '',
      storedPlaces: undefined,
      savePlaces: () => {},
      startsHidden: () => hidden,
      onHung: () => {},
      onLoadFailed: () => {},
    })
    const window = FakeWindow.all.at(-1)!
    window.emit('ready-to-show')
    await new Promise((resolve) => setImmediate(resolve))
    return window.visible
  }
  assert.equal(await start(Promise.resolve(false)), true)
  assert.equal(await start(Promise.resolve(true)), false)
  assert.equal(await start(Promise.reject(new Error('the phone did not open'))), false)
})

test('macOS is asked for the microphone once, and no other system', () => {
  askForMicrophone(() => {})
  assert.equal(electron.systemPreferences.asked, process.platform === 'darwin' ? 1 : 0)
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
  Object.defineProperty(process, 'platform', { value: 'darwin', configurable: true })
  try {
    askForMicrophone(() => {})
    electron.systemPreferences.status = 'denied'
    askForMicrophone(() => {})
  } finally {
    Object.defineProperty(process, 'platform', platform)
  }
  assert.equal(electron.systemPreferences.asked, 1)
})
