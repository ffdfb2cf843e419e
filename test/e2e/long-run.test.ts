import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserMissing, TestBrowser } from '../support/browser.ts'
import { PlainAnswerer } from '../support/peers/plain-answerer.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { scopeOf } from '../support/scope.ts'
import { ServedPhone } from '../support/served-phone.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause } from '../support/until.ts'
import { BusyCaller } from '../support/window/busy-caller.ts'
import { fillLog } from '../support/window/full-log.ts'
import { MemoryProbe } from '../support/window/page-memory.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'

/** A window that stays open for weeks: what calls leave behind in it, and what it does when there is nothing to do. */

declare const window: { ticks: number; setTimeout: Timer; setInterval: Timer; requestAnimationFrame: Timer }
type Timer = (work: (...args: unknown[]) => void, ms?: number) => number

const calls = 200

test(
  `${calls} calls leave nothing behind in the page, and idle it does nothing`,
  { skip: browserMissing, timeout: 400_000 },
  async (t) => {
    const scope = scopeOf(t)
    const answerer = await PlainAnswerer.open(scope, (await RtpEndpoint.open(scope)).port)
    const data = await temporaryFolder(scope)
    fillLog(data, answerer.target)
    const phone = await ServedPhone.start(scope, ['--audio', 'null'], { data })
    const { page, faults } = await (await TestBrowser.start(scope)).open('about:blank')
    await page.addInitScript(countTimers)
    await page.goto(phone.url)
    await new PhoneScreen(page).part('idle').waitFor()
    const memory = await MemoryProbe.of(page)
    const caller = new BusyCaller(page, answerer)

    // The first ones are what the engine compiles and what fills its own caches.
    for (let n = 0; n < 20; n++) await caller.call()
    const before = await memory.read()
    for (let n = 0; n < calls; n++) await caller.call()
    const after = await memory.read()
    const perCall = (after.valueBytes - before.valueBytes) / calls
    t.diagnostic(`${Math.round(perCall)} bytes of each call stayed; ${JSON.stringify({ before, after })}`)
    // The log at hand is full before and after: what a call adds replaces another one.
    assert.ok(perCall < 512, `${perCall} bytes of each call stayed`)
    assert.ok(after.nodes - before.nodes < calls / 4, `${after.nodes - before.nodes} nodes stayed`)
    assert.ok(after.listeners - before.listeners < calls / 4, `${after.listeners - before.listeners} listeners stayed`)

    const ticks = () => page.evaluate(() => window.ticks)
    // Until what the last call has set going is over.
    await pause(4000)
    const begun = await ticks()
    await pause(4000)
    assert.equal((await ticks()) - begun, 0, 'timers ran in the idle window')
    assert.ok(begun > 0, 'timers are counted')
    assert.deepEqual(faults, [])
  },
)

/** Runs in the page, before anything of its own. */
function countTimers(): void {
  window.ticks = 0
  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame'] as const) {
    const plain = window[name].bind(window)
    window[name] = (work, ms) =>
      plain((...args) => {
        window.ticks += 1
        work(...args)
      }, ms)
  }
}
