/** Runs alone: it measures how soon the window answers, and what it costs. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserMissing, TestBrowser } from '../support/browser.ts'
import { PlainAnswerer } from '../support/peers/plain-answerer.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { scopeOf } from '../support/scope.ts'
import { ServedPhone } from '../support/served-phone.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { BusyCaller } from '../support/window/busy-caller.ts'
import { fillLog } from '../support/window/full-log.ts'
import { MemoryProbe, type PageMemory } from '../support/window/page-memory.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'

/** A window that stays open for weeks: what calls leave behind in it, and what it does when there is nothing to do. */

declare const window: { ticks: number; setTimeout: Timer; setInterval: Timer; requestAnimationFrame: Timer }
type Timer = (work: (...args: unknown[]) => void, ms?: number) => number

/** What happens once, such as code that gets compiled, is in one span of calls; what each call leaves is in all. */
const spans = 4
const callsPerSpan = 15
/** Less than the smallest object that knows anything of a call, bytes. */
const mostPerCall = 100

test(
  `${spans * callsPerSpan} calls leave nothing behind in the page, and idle it does nothing`,
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
    const span = async (calls: number) => {
      for (let n = 0; n < calls; n++) await caller.call()
      await caller.lookAround()
      return memory.read()
    }
    const read = [await span(15)]
    for (let n = 0; n < spans; n++) read.push(await span(callsPerSpan))
    const grown = (what: keyof PageMemory) => {
      const each = read.slice(1).map((after, n) => (after[what] - read[n]![what]) / callsPerSpan)
      t.diagnostic(`${what} that stayed of each call: ${each.map((value) => value.toFixed(1)).join(', ')}`)
      return median(each)
    }
    // The log at hand is full before and after: what a call adds replaces another one.
    assert.ok(grown('valueBytes') < mostPerCall, 'memory grows with the calls')
    assert.ok(grown('nodes') < 0.25, 'nodes stay')
    assert.ok(grown('listeners') < 0.25, 'listeners stay')

    const ticks = () => page.evaluate(() => window.ticks)
    const resting = async () => {
      const before = await ticks()
      await pause(1000)
      return (await ticks()) === before
    }
    await until('the end of what the last call has set going', resting, 30_000)
    const begun = await ticks()
    await pause(4000)
    assert.equal((await ticks()) - begun, 0, 'timers ran in the idle window')
    assert.ok(begun > 0, 'timers are counted')
    assert.deepEqual(faults, [])
  },
)

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

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
