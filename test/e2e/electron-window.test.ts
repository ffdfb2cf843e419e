import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, test, type TestContext } from 'node:test'
import type { Answer, Bridge, MethodName } from '../../electron/ipc/contract.ts'
import { toneShare } from '../support/audio-compare.ts'
import { Answerer, startDialtone } from '../support/dialtone.ts'
import { isAlive } from '../support/running-process.ts'
import { scopeOf, type Scope } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { readSound } from '../support/wav.ts'
import { canLook, electronMissing, ElectronWindow, startElectron } from '../support/window/electron-host.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'
import { quietly } from '../support/window/phone-window.ts'

/** What only Electron's window has: its bridge, its walls, its one instance, its end. */

declare const window: { readonly phone: Bridge; open(url: string): unknown; location: { href: string } }

async function open(t: TestContext, args: readonly string[] = ['--audio', 'tone']) {
  const scope = scopeOf(t)
  const data = join(await temporaryFolder(scope), 'data')
  const opened = await ElectronWindow.open(scope, { data, args })
  return { scope, data, window: opened, screen: new PhoneScreen(opened.page), ask: asker(opened) }
}

/** Asks the phone from within the page, whatever it is. */
function asker({ page }: ElectronWindow) {
  return (method: MethodName | (string & {}), params?: unknown): Promise<Answer> =>
    page.evaluate(([method, params]) => window.phone.request(method, params), [method, params] as const)
}

const codeOf = (answer: Answer) => ('error' in answer ? answer.error.data.code : undefined)
const calls = async (ask: ReturnType<typeof asker>) => {
  const answer = await ask('phone.snapshot')
  return 'result' in answer ? (answer.result as { calls: unknown[] }).calls : []
}

/** In a call with another phone of ours, which sends a tone. */
async function inCall(scope: Scope, screen: PhoneScreen, record?: string) {
  const bob = await Answerer.start(scope, ['--audio', 'tone', ...(record === undefined ? [] : ['--record', record])])
  await screen.dial(bob.target)
  await screen.answered()
  return bob
}

describe('the window in Electron', { skip: electronMissing, timeout: 400_000 }, () => {
  test('one window, from a link that starts it to its end with a call', async (t) => {
    const scope = scopeOf(t)
    const data = join(await temporaryFolder(scope), 'data')
    const opened = await ElectronWindow.open(scope, {
      data,
      args: ['--audio', 'tone', '--log', 'info', 'sip:first@127.0.0.1?Subject=x'],
    })
    const { page } = opened
    const [screen, ask] = [new PhoneScreen(page), asker(opened)]
    const visible = () => opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())

    await t.test('a link that starts the phone, or comes later, fills the dial field and calls nobody', async () => {
      const field = page.getByRole('combobox')
      await until('the first link', async () => (await field.inputValue()) === 'sip:first@127.0.0.1')
      const again = await startElectron(scope, ['--data', data, 'sip:second@127.0.0.1;method=BYE'])
      assert.equal((await again.finished(30_000)).code, 0, again.told)
      await until('the second link', async () => (await field.inputValue()) === 'sip:second@127.0.0.1')
      assert.deepEqual(await calls(ask), [])
      await field.fill('')
    })

    await t.test('nonsense from the page is refused with a code, told without secrets, and harms nothing', async () => {
      const secret = 'correct-horse-battery'
      const bob = await inCall(scope, screen)
      assert.equal(codeOf(await ask('phone.explode', { password: secret })), 'not-found')
      assert.equal(codeOf(await ask('call.dial', { target: { secret } })), 'invalid-params')
      assert.equal(codeOf(await ask('call.dial', { target: 'sip:bob@127.0.0.1', secret })), 'invalid-params')
      assert.equal(codeOf(await ask('call.dial', secret)), 'invalid-params')
      // Made in the page: ten megabytes take minutes on the way there.
      const long = await page.evaluate(
        (secret) => window.phone.request('call.dial', { target: secret.repeat(5e5) }),
        secret,
      )
      assert.equal(codeOf(long), 'too-long')
      assert.ok('result' in (await ask('phone.info')), 'the phone goes on')
      assert.equal(opened.printed().match(/refused/g)?.length, 5, opened.printed())
      assert.ok(!opened.printed().includes(secret))
      await screen.lineSays('Talking')
      await screen.press('hang-up')
      const result = await bob.result()
      assert.deepEqual([result.answered, result.cause], [true, 'normal'], 'the call went on')
    })

    await t.test('the page has no way out', async () => {
      const home = page.url()
      const kinds = await page.evaluate(() =>
        ['require', 'process', 'module', 'ipcRenderer'].map((name) => name in globalThis),
      )
      assert.deepEqual(kinds, [false, false, false, false])
      assert.deepEqual(await page.evaluate(() => Object.keys(window.phone).sort()), ['onNotification', 'request'])
      assert.ok(await page.evaluate(() => Object.isFrozen(window.phone)))
      await page.evaluate(() => void window.open('https://example.org/'))
      await page.evaluate(() => void (window.location.href = 'https://example.org/'))
      await assert.rejects(page.evaluate(() => fetch('http://127.0.0.1:9/')))
      assert.equal(page.url(), home)
      assert.equal(opened.app.windows().length, 1)
      assert.ok('result' in (await ask('phone.info')))
    })

    await t.test(
      'an incoming call is notified, by a readable name, as long as it rings',
      { skip: !canLook },
      async () => {
        const own = await screen.ownAddress()
        const alice = await startDialtone(scope, ['call', own, '--user', 'alice', ...quietly, '--audio', 'tone'])
        const seen = () =>
          opened.app.evaluate((electron) =>
            (
              electron as unknown as { standIn: { seen: { what: string; detail: { title: string; body: string } }[] } }
            ).standIn.seen
              .filter(({ what }) => what.startsWith('notification'))
              .map(({ what, detail }) => `${what}: ${detail.title} ${detail.body}`),
          )
        const [shown] = await until('a notification', async () => {
          const all = await seen()
          return all.length > 0 && all
        })
        assert.match(shown ?? '', /^notification: Incoming call sip:alice@127\.0\.0\.1/)
        alice.signal('SIGTERM')
        await until('its end', async () => (await seen()).some((text) => text.startsWith('notification closed')))
      },
    )

    await t.test('a call survives the death of the media process, and keeps the system awake', async () => {
      const awake = () =>
        opened.app.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3].some((id) => powerSaveBlocker.isStarted(id)))
      await until('the end of earlier locks', async () => !(await awake()))
      const heard = join(await temporaryFolder(scope), 'heard.wav')
      const bob = await inCall(scope, screen, heard)
      await until('the lock', awake)
      await pause(1200)
      const first = await opened.child('Dialtone media')
      process.kill(first, 'SIGKILL')
      await until('another media process', async () => (await opened.child('Dialtone media')) !== first)
      const recorded = async () => (await readSound(heard)).samples
      const before = (await recorded()).length
      await until('the tone again', async () => {
        const samples = await recorded()
        return samples.length > before + 8000 && toneShare(samples.subarray(-4000), 8000, 1000) > 0.99
      })
      await screen.press('hang-up')
      assert.equal((await bob.result()).cause, 'normal')
      await until('the end of the lock', async () => !(await awake()))
    })

    await t.test('a page that is not ours gets nothing, even with the bridge', async () => {
      const home = page.url()
      const evil = join(await temporaryFolder(scope), 'index.html')
      await writeFile(evil, '<!doctype html><title>evil</title>')
      await page.goto(pathToFileURL(evil).href)
      assert.equal(codeOf(await ask('phone.info')), 'not-found')
      assert.match(opened.printed(), /refused: a request of a foreign frame/)
      await page.goto(home)
      await page.locator('[data-test="idle"]').waitFor()
    })

    await t.test('closed in a call it hides, the call goes on, and with its end the phone quits', async () => {
      const heard = join(await temporaryFolder(scope), 'heard.wav')
      const bob = await inCall(scope, screen, heard)
      assert.equal(await visible(), true)
      await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
      assert.equal(await visible(), false)
      await pause(1500)
      bob.program.signal('SIGTERM')
      assert.equal(await opened.ended(), 0)
      const { samples } = await readSound(heard)
      assert.ok(toneShare(samples.subarray(-8000), 8000, 1000) > 0.99, 'it was heard to the end')
    })
  })

  for (const how of ['quit', 'SIGTERM', 'phone.shutdown'] as const) {
    test(`${how} ends the call in order, and no process is left`, async (t) => {
      const { scope, window: opened, screen, ask } = await open(t)
      const bob = await inCall(scope, screen)
      const media = await opened.child('Dialtone media')
      if (how === 'SIGTERM') opened.main.kill('SIGTERM')
      else if (how === 'phone.shutdown') void ask('phone.shutdown').catch(() => {})
      else await opened.quit()
      assert.equal(await opened.ended(), 0)
      const result = await bob.result()
      assert.deepEqual([result.answered, result.cause], [true, 'normal'])
      await until('the end of the media process', () => !isAlive(media))
    })
  }

  test('started hidden it is in the tray; told to keep running, it hides when closed and comes back when started again', async (t) => {
    const { scope, data, window: opened, screen } = await open(t, ['--audio', 'tone', '--hidden'])
    const visible = () => opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
    assert.equal(await visible(), false)
    await t.test('the menu of the tray shows the window', { skip: !canLook }, async () => {
      const tooltip = await opened.app.evaluate((electron) => {
        const { seen } = (electron as unknown as { standIn: { seen: { what: string; detail: unknown }[] } }).standIn
        const tray = seen.find(({ what }) => what === 'tray')?.detail as {
          tooltip: string
          menu: { getMenuItemById(id: string): { click(): void } | null }
        }
        tray.menu.getMenuItemById('show')?.click()
        return tray.tooltip
      })
      assert.equal(tooltip, 'Dialtone: Ready for calls')
      await until('the window', visible)
    })
    await screen.press('settings')
    await screen.press('settings-look')
    await screen.part('when-closed').getByText('Keep running').click()
    await screen.part('when-closed').getByText('Calls still ring.').waitFor()
    await screen.part('global-shortcuts').getByText('Yes').click()
    await screen.part('global-shortcuts').getByText('also while another program').waitFor()
    const registered = await opened.app.evaluate(({ globalShortcut }) =>
      globalShortcut.isRegistered('CommandOrControl+Alt+A'),
    )
    assert.ok(registered || !canLook)
    await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    assert.equal(await visible(), false)
    const again = await startElectron(scope, ['--data', data])
    assert.equal((await again.finished(30_000)).code, 0, again.told)
    await until('the window', visible)
    assert.equal(await opened.quit(), 0)
  })

  for (const backend of ['gnome_libsecret', 'basic_text'] as const)
    test(`a password is kept, and the keychain is ${backend}`, { skip: !canLook }, async (t) => {
      const scope = scopeOf(t)
      const data = join(await temporaryFolder(scope), 'data')
      const opened = await ElectronWindow.open(scope, { data, env: { STANDIN_KEYCHAIN: backend } })
      const ask = asker(opened)
      const account = { username: '1001', domain: '127.0.0.1', register: 'never', password: 'correct-horse' }
      assert.ok('result' in (await ask('accounts.save', { account })))
      const file = join(data, 'secrets.json')
      const stored = await until('the password in its file', () => readFile(file, 'utf8').catch(() => undefined))
      assert.equal(stored.includes('correct-horse'), backend === 'basic_text')
      assert.equal(stored.includes('"sealed"'), backend !== 'basic_text')
      const info = await ask('phone.info')
      const notices = 'result' in info ? (info.result as { notices: string[] }).notices.join() : ''
      assert.equal(/not protected by a keychain/.test(notices), backend === 'basic_text', notices)
    })

  test('data in use by another process: it says so and ends', async (t) => {
    const scope = scopeOf(t)
    const data = join(await temporaryFolder(scope), 'data')
    await Answerer.start(scope, ['--data', data, '--audio', 'null'])
    const second = await startElectron(scope, ['--data', data])
    assert.equal((await second.finished(30_000)).code, 1)
    assert.match(second.stderr, /^data-folder-locked - /m)
  })

  test('closed without a call it quits, and place and size are remembered', async (t) => {
    const { scope, data, window: opened } = await open(t)
    const bounds = { x: 100, y: 60, width: 400, height: 700 }
    await opened.app.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
      bounds,
    )
    await opened.app.evaluate(({ BrowserWindow }) => void setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()))
    assert.equal(await opened.ended(), 0)
    const again = await ElectronWindow.open(scope, { data })
    assert.deepEqual(
      await again.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
      bounds,
    )
  })
})
