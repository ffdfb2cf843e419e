import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browserMissing, TestBrowser } from '../../support/browser.ts'
import { type Scope, scopeOf } from '../../support/scope.ts'
import { until } from '../../support/until.ts'
import { ServeBench } from './serve-bench.ts'

/** A real browser on the way in: cookies, policy and WebSocket as it understands them. */

const inBrowser = { skip: browserMissing, timeout: 60_000 }

/** A page that shows the first snapshot it hears, as the phone's own page would. */
const script = `
const socket = new WebSocket(new URL('/rpc', location.href.replace(/^http/, 'ws')))
socket.onmessage = ({ data }) => { document.title = JSON.parse(data).params.audio.input }
`

/** What a page of somebody else tries. */
const foreignScript = `async (origin) => {
  const socket = new WebSocket(origin.replace('http', 'ws') + '/rpc')
  const opened = await new Promise((resolve) => {
    socket.onopen = () => resolve('open')
    socket.onerror = () => resolve('refused')
  })
  const read = await fetch(origin, { credentials: 'include' }).then(() => 'read', () => 'refused')
  const frame = document.createElement('iframe')
  frame.src = origin
  await new Promise((resolve) => {
    frame.onload = resolve
    document.body.append(frame)
  })
  return { opened, read }
}`

/** Asked from out here: the page's policy lets nothing be evaluated in it again and again. */
async function titled(page: Page): Promise<void> {
  await until('the first snapshot is in the title', async () => (await page.title()) === 'first')
}

async function start(scope: Scope): Promise<ServeBench> {
  return ServeBench.start(scope, 0, script)
}

test('the file opens the page, again and again; the address shows no ticket', inBrowser, async (t) => {
  const scope = scopeOf(t)
  const bench = await start(scope)
  const browser = await TestBrowser.start(scope)
  for (let time = 1; time <= 2; time++) {
    const { page, faults } = await browser.open(bench.behind.carrier.openUrl)
    await titled(page)
    assert.equal(page.url(), `${bench.origin}/`)
    assert.deepEqual(faults, [])
    const cookies = await page.context().cookies()
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]),
      [[true, 'Strict']],
    )
    assert.equal(await page.evaluate('document.cookie'), '')
    await page.reload()
    await titled(page)
    // Another tab of the same browser.
    const tab = await page.context().newPage()
    await tab.goto(bench.origin)
    await titled(tab)
  }
})

test('an address that was used says so', inBrowser, async (t) => {
  const scope = scopeOf(t)
  const bench = await start(scope)
  const browser = await TestBrowser.start(scope)
  const address = bench.behind.carrier.ticketAddress()
  const first = await browser.open(address)
  await titled(first.page)
  const second = await browser.open(address)
  await second.page.getByText('used already').waitFor()
})

test('another page in the same browser gets nothing, with all the cookies there are', inBrowser, async (t) => {
  const scope = scopeOf(t)
  const bench = await start(scope)
  const browser = await TestBrowser.start(scope)
  const { page } = await browser.open(bench.behind.carrier.openUrl)
  await titled(page)
  // Other ports of 127.0.0.1 are the same site, so that even a strict cookie goes along.
  const foreign = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<p>foreign'))
  foreign.listen(0, '127.0.0.1')
  await once(foreign, 'listening')
  scope.after(() => void foreign.close())
  const other = await page.context().newPage()
  await other.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`)
  const outcome = await other.evaluate(`(${foreignScript})(${JSON.stringify(bench.origin)})`)
  assert.deepEqual(outcome, { opened: 'refused', read: 'refused' })
  await until('the log', () => bench.behind.logged.some((line) => line.includes('a WebSocket of a foreign origin')))
  // Shown in a frame it would have connected, and be counted.
  assert.deepEqual(bench.behind.counts, [1])
})
