import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FakeContents, FakeEvent, FakeSession, FakeWindow, fakeElectron } from '../support/fake-electron.ts'

/** Electron's own security checklist (electronjs.org/docs/latest/tutorial/security), item by item, as far as it is code. */

const electron = fakeElectron()
const { lockDown } = await import('../../electron/desktop/lock-down.ts')
const { openMainWindow } = await import('../../electron/desktop/main-window.ts')
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

lockDown()

function newContents(): FakeContents {
  const contents = new FakeContents()
  electron.app.emit('session-created', contents.session)
  electron.app.emit('web-contents-created', new FakeEvent(), contents)
  return contents
}

test('2-6, 20: the page has a sandbox, a world of its own, no Node and no file beyond itself', () => {
  openMainWindow({
    preload: '/p/index.cjs',
    page: '/p/index.html',
    title: 'Dialtone',
    storedPlaces: undefined,
    savePlaces: () => {},
    startsHidden: () => Promise.resolve(false),
    onHung: () => {},
    onLoadFailed: () => {},
  })
  const preferences = FakeWindow.all.at(-1)?.options['webPreferences'] as Readonly<Record<string, unknown>>
  for (const name of ['sandbox', 'contextIsolation', 'webSecurity']) assert.equal(preferences[name], true, name)
  for (const name of ['nodeIntegration', 'webviewTag', 'navigateOnDragDrop'])
    assert.equal(preferences[name], false, name)
  for (const name of [
    'nodeIntegrationInWorker',
    'nodeIntegrationInSubFrames',
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'enableBlinkFeatures',
  ])
    assert.equal(preferences[name], undefined, name)
})

test('5: nothing is permitted but copying: sound lives outside of the page', () => {
  const { session } = newContents()
  const asked = (permission: string) => {
    let answer: boolean | undefined
    session.request(undefined, permission, (granted) => (answer = granted))
    assert.equal(session.check(undefined, permission), answer, permission)
    return answer
  }
  for (const permission of ['media', 'geolocation', 'notifications', 'midi', 'hid', 'usb', 'serial', 'openExternal'])
    assert.equal(asked(permission), false, permission)
  for (const permission of ['display-capture', 'clipboard-read', 'fileSystem', 'pointerLock', 'fullscreen', 'new one'])
    assert.equal(asked(permission), false, permission)
  assert.equal(asked('clipboard-sanitized-write'), true)
  assert.equal(session.device(), false)
})

test('7: the policy of the page allows its own scripts and nothing of anybody else', () => {
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(read('renderer/index.html'))?.[1] ?? ''
  const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ', 1)[0] ?? '', rule.split(' ').slice(1)]))
  assert.deepEqual(rules.get('default-src'), ["'none'"])
  assert.deepEqual(rules.get('script-src'), ["'self'"])
  assert.deepEqual(rules.get('connect-src'), ["'self'"])
  for (const name of ['base-uri', 'form-action']) assert.deepEqual(rules.get(name), ["'none'"], name)
  assert.doesNotMatch(policy, /unsafe-eval|https?:|\*|script-src[^;]*unsafe/)
})

test('12, 13, 14: no page leaves, opens another one, or shows a webview', () => {
  const contents = newContents()
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
    const event = new FakeEvent()
    contents.emit(name, event, 'https://example.org/')
    assert.ok(event.defaultPrevented, name)
  }
  assert.deepEqual(contents.openHandler({ url: 'https://example.org/' }), { action: 'deny' })
})

test('1: nothing is loaded from elsewhere, and nothing is saved but what the page itself has made', () => {
  const session = new FakeSession()
  electron.app.emit('session-created', session)
  assert.deepEqual(session.urls, ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'])
  let answer: unknown
  session.before({ url: 'https://example.org/' }, (decided) => (answer = decided))
  assert.deepEqual(answer, { cancel: true })
  for (const [url, refused] of [
    ['https://example.org/x.exe', true],
    ['data:text/html,x', true],
    ['file:///etc/passwd', true],
    ['blob:file:///1-2-3', false],
  ] as const) {
    const event = new FakeEvent()
    session.emit('will-download', event, { getURL: () => url })
    assert.equal(event.defaultPrevented, refused, url)
  }
})

test('15: no link is handed to the system to open', () => {
  for (const file of [
    'main-window',
    'lock-down',
    'menu',
    'call-notices',
    'closing',
    'news',
    'surroundings',
    'phone-tray',
  ])
    assert.doesNotMatch(read(`electron/desktop/${file}.ts`), /openExternal|openPath/)
})
