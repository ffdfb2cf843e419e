import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ann, call, hostile, officeLog, ringing } from '../support/sample-calls.ts'
import { compact, wide } from '../support/chromium.ts'
import { until } from '../support/until.ts'
import { windows } from '../support/window.ts'

const open = windows()

test('language and colours change at once and are kept by the phone', () =>
  open(async ({ page, phone, find }) => {
    await find('settings').click()
    await find('settings-look').click()
    await page.getByLabel('Language').selectOption('zh-TW')
    await find('page-look').getByText('外觀與語言').waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hant')
    await page.getByLabel('語言').selectOption('zh-CN')
    await find('page-look').getByText('外观与语言').waitFor()
    await page.getByText('深色', { exact: true }).click()
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
    assert.deepEqual(phone.settings.ui.language, 'zh-CN')
    assert.deepEqual(phone.settings.ui.theme, 'dark')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await find('settings-sheet').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByPlaceholder('姓名、号码或 SIP 地址').waitFor()
  }))

for (const [locale, words] of [
  ['zh-TW', '姓名、號碼或 SIP 位址'],
  ['zh-HK', '姓名、號碼或 SIP 位址'],
  ['zh-CN', '姓名、号码或 SIP 地址'],
  ['fr-FR', 'Name, number or SIP address'],
] as const)
  test(`without a choice the system's language is spoken: ${locale}`, () =>
    open(async ({ page }) => page.getByPlaceholder(words).waitFor(), { language: 'auto', locale }))

test('devices: the present one is named, a missing one stays chosen and is marked', () =>
  open(
    async ({ page, phone, find }) => {
      await find('settings').click()
      await find('settings-audio').click()
      await page.getByText('Now: Built-in microphone').waitFor()
      await page.getByText('USB headset (unplugged)').waitFor({ state: 'attached' })
      const asked = phone.asked('settings.set')
      await page.getByLabel('Microphone').selectOption('Jabra Evolve2 30')
      assert.deepEqual(await asked, { patch: { audio: { input: 'Jabra Evolve2 30' } } })
    },
    {
      prepare(phone) {
        phone.settings = { ...phone.settings, audio: { ...phone.settings.audio, output: 'USB headset' } }
      },
    },
  ))

test('a lost connection is told; what was known stays, and it comes back by itself', () =>
  open(async ({ page, phone, find }) => {
    phone.showCalls(call(ann))
    await find('in-call').waitFor()
    await phone.close()
    await find('connection-lost').waitFor()
    await find('in-call').waitFor()
    phone.snapshot = { ...phone.snapshot, calls: [] }
    await phone.start()
    await find('connection-lost').waitFor({ state: 'detached' })
    await find('idle').waitFor()
    assert.match((await page.textContent('body')) ?? '', /192\.168\.11\.20:5060/)
  }))

test('what the phone noticed at its start is told until it is closed, and stays in the settings', () =>
  open(
    async ({ page, find }) => {
      assert.match((await find('notices').textContent()) ?? '', /listening on 5061.*<b>set aside/)
      await find('notices').getByRole('button', { name: 'Close' }).click()
      await find('notices').waitFor({ state: 'detached' })
      await find('settings').click()
      await find('settings-look').click()
      await find('settings-sheet').getByText('listening on 5061').waitFor()
      // A page in a browser ends no phone.
      assert.equal(await find('when-closed').count(), 0)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      await find('idle').waitFor()
      assert.equal(await find('notices').count(), 0)
    },
    {
      prepare(phone) {
        phone.info = { ...phone.info, notices: ['listening on 5061', '<b>set aside</b>\u202e'] }
      },
    },
  ))

test('nothing that arrives breaks the window', () =>
  open(async ({ page, phone, find }) => {
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      '7',
      '{"jsonrpc":"2.0"}',
      '{"id":99,"result":{}}',
      '{"method":"nope","params":1}',
    ])
      phone.sendRaw(text)
    phone.showCalls(ringing(ann))
    await find('incoming').waitFor()
    assert.equal(await page.evaluate('window.hacked'), undefined)
  }))

for (const size of [compact, wide])
  test(`hostile names are harmless on every screen, ${size.width} wide`, () =>
    open(
      async ({ page, phone, find }) => {
        const check = async () => {
          const text = (await page.textContent('main')) ?? ''
          // FSI and PDI are our own, around names inside of sentences.
          assert.doesNotMatch(text, /(?![\u2068\u2069])[\p{Cc}\p{Cf}\u2028\u2029]/u)
          assert.equal(await page.locator('#root img').count(), 0)
          assert.equal(await page.evaluate('window.hacked'), undefined)
          const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
          assert.ok(Number(overflow) <= 0, `the page is ${overflow} px too wide`)
        }
        phone.showCalls(ringing(hostile))
        await find('incoming').waitFor()
        await check()
        // Nothing is pushed out of the window.
        const answer = (await find('answer').boundingBox())!
        assert.ok(answer.x >= 0 && answer.x + answer.width <= size.width && answer.y + answer.height <= size.height)
        phone.showCalls(call(hostile))
        await find('in-call').waitFor()
        await check()
        await find('keypad').click()
        await check()
        phone.showCalls(call(hostile), call(ann, { onHold: { local: true, remote: false } }))
        await check()
        await page.keyboard.press('Escape')
        await find('lines').waitFor()
        await check()
        phone.endCall(call(hostile), { cause: 'unavailable', code: 480, reason: `<b>\u202e${'x'.repeat(5000)}` })
        await find('in-call').waitFor()
        phone.showCalls()
        await find('idle').waitFor()
        await page.locator('[data-dial-field]').fill('script')
        await check()
        await find('tab-calls').click()
        await find('log-row').first().click()
        await find('details').waitFor()
        await check()
      },
      { size },
    ))

test('F6 moves between panes, Tab follows the order of the screen', () =>
  open(
    async ({ page }) => {
      const pane = () =>
        page.evaluate(
          "document.activeElement.closest('[data-pane]')?.getAttribute('aria-label') ?? ''",
        ) as Promise<string>
      const seen: string[] = []
      for (let turn = 0; turn < 4; turn++) {
        await page.keyboard.press('F6')
        seen.push(await pane())
      }
      assert.equal(new Set(seen).size, 3)
    },
    { size: wide, prepare: (phone) => void (phone.log = officeLog()) },
  ))

test('at twice the size everything is still in the window', () =>
  open(
    async ({ page, phone, find }) => {
      phone.showCalls(ringing(ann))
      await find('incoming').waitFor()
      await find('answer').scrollIntoViewIfNeeded()
      const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      assert.ok(Number(overflow) <= 0)
    },
    // 200 % zoom of the compact window.
    { size: { width: 180, height: 320 } },
  ))

test('an idle window draws nothing and sets no timer', () =>
  open(async ({ page, find }) => {
    await find('own-address').waitFor()
    await page.evaluate(`
      window.ticks = 0
      for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame']) {
        const own = window[name].bind(window)
        window[name] = (...given) => { window.ticks++; return own(...given) }
      }
      window.changes = 0
      new MutationObserver((all) => { window.changes += all.length }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    `)
    const restless = async (ms: number) => {
      await page.evaluate('window.ticks = window.changes = 0')
      await page.waitForTimeout(ms)
      return (await page.evaluate('window.ticks + window.changes')) as number
    }
    // What the start has set going comes to rest, sooner or later.
    await until('the window at rest', async () => (await restless(300)) === 0, 20_000)
    assert.equal(await restless(1500), 0)
    // The caret is no animation of the page: where it need not blink, an idle window does not ask it to.
    const caret = "getComputedStyle(document.querySelector('[data-dial-field]')).caretAnimation"
    assert.equal(await page.evaluate('document.activeElement.matches("[data-dial-field]")'), true)
    assert.equal(await page.evaluate(caret), 'manual')
    assert.equal(await page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length"), 0)
  }))
