import type { Page } from 'playwright-core'
import { TestBrowser } from '../support/browser.ts'
import { PlainAnswerer } from '../support/peers/plain-answerer.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { spread } from '../support/rtp-intervals.ts'
import { descendants, processorMs } from '../support/running-process.ts'
import type { Scope } from '../support/scope.ts'
import { ServedPhone } from '../support/served-phone.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import { BusyCaller } from '../support/window/busy-caller.ts'
import { fillLog } from '../support/window/full-log.ts'
import { MemoryProbe } from '../support/window/page-memory.ts'
import { PhoneScreen } from '../support/window/phone-screen.ts'
import type { Row } from './report.ts'

/** What the page notes of itself; all times are Date.now() with a fraction. */
interface Notes {
  clickedAt: number
  /** When the phone's word came in that the call is answered, and when a frame with it was drawn. */
  answeredAt: number
  drawnAt: number
}
declare const window: { readonly notes: Notes } & EventTarget
declare const document: { querySelector(selector: string): unknown; addEventListener: EventTarget['addEventListener'] }
declare const requestAnimationFrame: (work: () => void) => void

/** The real phone and its window in Chromium: `calls` calls that a click begins and a click ends, then `seconds` idle. */
export async function measureWindow(scope: Scope, calls: number, seconds: number): Promise<Row[]> {
  const rtp = await RtpEndpoint.open(scope)
  const answerer = await PlainAnswerer.open(scope, rtp.port)
  const data = await temporaryFolder(scope)
  fillLog(data, answerer.target)
  const phone = await ServedPhone.start(scope, ['--audio', 'null'], { data })
  const browser = await TestBrowser.start(scope, true)
  const before = new Set(descendants(process.pid).map(({ pid }) => pid))
  const { page } = await browser.open('about:blank')
  await page.addInitScript(takeNotes)
  await page.goto(phone.url)
  await new PhoneScreen(page).part('idle').waitFor()
  // Before anything looks into the page: whoever does keeps it at work.
  const idle = await measureIdle(page, phone.program.pid, before, seconds)
  const caller = new BusyCaller(page, answerer)
  const memory = await MemoryProbe.of(page)

  const toWire: number[] = []
  const toScreen: number[] = []
  const answerToScreen: number[] = []
  // The first ones fill what is bounded, and are compiled.
  const warmUp = 20
  let start = await memory.read()
  for (let n = 0; n < warmUp + calls; n++) {
    if (n === warmUp) start = await memory.read()
    await caller.call(async () => {
      const notes = await drawn(page)
      const answeredAt = answerer.answeredAt.at(-1)!
      if (n < warmUp) return
      toWire.push(answeredAt - notes.clickedAt)
      toScreen.push(notes.drawnAt - notes.answeredAt)
      answerToScreen.push(notes.drawnAt - answeredAt)
    })
  }
  const end = await memory.read()

  const row = (what: string, value: number, unit: string): Row => ({ what, unit, values: { Dialtone: value } })
  const spans = (what: string, all: readonly number[]) =>
    (['p50', 'p99'] as const).map((pick) => row(`${what}, ${pick}`, spread(all)[pick], 'ms'))
  return [
    ...spans('click on Call to INVITE', toWire),
    ...spans('word of the answer to screen', toScreen),
    ...spans('200 to screen', answerToScreen),
    ...idle.flatMap(({ what, page, browser, phone }) => [
      row(`idle page, ${what}`, page, '% of a core'),
      row(`idle browser with its page, ${what}`, browser, '% of a core'),
      row(`idle phone, ${what}`, phone, '% of a core'),
    ]),
    row(`heap of the page after ${warmUp} calls`, start.heapBytes / 1024, 'kB'),
    row(`and after ${calls} more`, end.heapBytes / 1024, 'kB'),
    row(`values in it after ${warmUp} calls`, start.valueBytes / 1024, 'kB'),
    row(`and after ${calls} more`, end.valueBytes / 1024, 'kB'),
    row(`nodes after ${warmUp} calls`, start.nodes, ''),
    row(`and after ${calls} more`, end.nodes, ''),
  ]
}

interface IdleShare {
  readonly what: string
  /** Percent of a core. */
  readonly page: number
  readonly browser: number
  readonly phone: number
}

/** What the open window takes while nothing happens. `before`: the browser's processes before it had the page. */
async function measureIdle(page: Page, phonePid: number, before: ReadonlySet<number>, seconds: number) {
  const browsers = descendants(process.pid).filter(
    ({ command }) => command.includes('--headless') || command.includes('--type='),
  )
  // The page lives in a process of its own, beside those that the browser has anyway.
  const pages = browsers.filter(({ pid, command }) => !before.has(pid) && command.includes('--type=renderer'))
  const phones = [{ pid: phonePid }, ...descendants(phonePid)]
  const groups = { page: pages, browser: browsers, phone: phones }
  const spent = (group: readonly { pid: number }[]) => group.reduce((sum, { pid }) => sum + processorMs(pid), 0)
  const share = async (what: string): Promise<IdleShare> => {
    // What came before comes to rest.
    await pause(5000)
    const begun = { page: spent(pages), browser: spent(browsers), phone: spent(phones) }
    const began = performance.now()
    await pause(seconds * 1000)
    const ms = performance.now() - began
    const percent = (name: keyof typeof groups) => ((spent(groups[name]) - begun[name]) / ms) * 100
    return { what, page: percent('page'), browser: percent('browser'), phone: percent('phone') }
  }
  // A browser goes on compiling and collecting for half a minute after it has loaded a page.
  await pause(seconds * 1000)
  const field = page.getByRole('combobox')
  const shares = [await share('the focus in the dial field')]
  // The caret blinks behind what somebody has typed: two frames a second.
  await field.fill('10')
  shares.push(await share('a number half dialled'))
  await field.fill('')
  await page.evaluate('document.activeElement.blur()')
  shares.push(await share('no focus'))
  return shares
}

async function drawn(page: Page): Promise<Notes> {
  return until('the answered call on the screen', () =>
    page.evaluate(() => (window.notes.drawnAt > 0 ? { ...window.notes } : undefined)),
  )
}

/** Runs in the page, before anything of its own. */
function takeNotes(): void {
  const notes = { clickedAt: 0, answeredAt: 0, drawnAt: 0 }
  Object.assign(window, { notes })
  const wall = performance.timeOrigin
  document.addEventListener(
    'click',
    (event) => {
      if ((event.target as unknown as { closest(selector: string): unknown }).closest('[data-test=call]') === null)
        return
      Object.assign(notes, { clickedAt: wall + event.timeStamp, answeredAt: 0, drawnAt: 0 })
    },
    true,
  )
  const look = () => {
    if (document.querySelector('[data-test=timer]') === null) return requestAnimationFrame(look)
    // The frame that this callback belongs to is on its way when the next task runs.
    const channel = new MessageChannel()
    channel.port1.addEventListener('message', () => {
      notes.drawnAt = wall + performance.now()
      channel.port1.close()
    })
    channel.port1.start()
    requestAnimationFrame(() => channel.port2.postMessage(undefined))
  }
  const Plain = WebSocket
  Object.assign(window, {
    WebSocket: class extends Plain {
      constructor(url: string) {
        super(url)
        this.addEventListener('message', ({ data }) => {
          const text = String(data)
          if (notes.answeredAt > 0 || notes.clickedAt === 0) return
          if (!/"(phone\.snapshot|call\.state)"/.test(text) || !text.includes('"confirmed"')) return
          notes.answeredAt = wall + performance.now()
          look()
        })
      }
    },
  })
}
