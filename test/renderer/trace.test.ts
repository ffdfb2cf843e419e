import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readCapture } from '../../electron/dissect/capture.ts'
import { monoSamples, parseWav } from '../../native/audio/wav.ts'
import { exportTrace } from '../../electron/trace/export.ts'
import { wide } from '../support/chromium.ts'
import { longTrace, officePackets, officeTrace } from '../support/sample-trace.ts'
import type { ScriptedPhone } from '../support/scripted-phone.ts'
import { fitSine } from '../support/tone.ts'
import { takeClock, windows } from '../support/window.ts'

const open = windows()
const office = { prepare: (phone: ScriptedPhone) => void (phone.trace = officeTrace()) }

test('calls are found, shown as a ladder and explained; it grows while one looks on', () =>
  open(
    async ({ page, phone, find }) => {
      const asked = phone.asked('trace.subscribe')
      await find('tab-trace').click()
      assert.deepEqual(await asked, { on: true })
      await find('trace-entry').first().waitFor()
      assert.deepEqual(
        (await find('trace-entry').allTextContents()).map((row) => /^(.*?)\d\d:\d\d/.exec(row)?.[1]),
        ['1007@192.0.2.77', 'REGISTER 1009@office.lan', '1002@office.lan'],
      )
      await page.keyboard.press('Control+f')
      await page.keyboard.type('kamailio')
      await find('trace-entry').nth(2).waitFor({ state: 'detached' })
      await page.keyboard.press('Escape')
      await page.getByText('Problems', { exact: true }).click()
      await find('trace-entry').filter({ hasText: '1002' }).waitFor({ state: 'detached' })
      await find('trace-entry').filter({ hasText: 'REGISTER' }).click()
      await find('story')
        .getByText(/was not accepted: 401 again/)
        .waitFor()
      await find('story').getByRole('button', { name: 'Message 3' }).first().click()
      await find('explained').getByText('Tells the registrar where').waitFor()

      await page.getByText('All', { exact: true }).click()
      await find('trace-entry').filter({ hasText: '1002' }).click()
      await find('rung').nth(1).click()
      await find('explained')
        .getByText(/Answers message 1, after 4 ms/)
        .waitFor()
      await page.keyboard.press('ArrowDown')
      await page.locator('[role=row][aria-selected=true]', { hasText: 'ACK' }).waitFor()
      await page.keyboard.press('ArrowLeft')
      await page.locator('[role=row][aria-selected=true]', { hasText: '407' }).waitFor()

      await page.getByRole('tab', { name: 'Digest' }).click()
      await find('digest').getByText('INVITE', { exact: true }).waitFor()
      await find('digest-password').fill('secret')
      await find('digest-result')
        .getByText(/^Different/)
        .waitFor()
      assert.deepEqual(
        phone.requests
          .filter(({ method }) => method === 'trace.digest')
          .map(({ params }) => Object.keys(params as object)),
        [['text'], ['text', 'password']],
      )

      const [last] = officeTrace().slice(-1)
      phone.notify('trace.message', { ...last!, id: 99, sipCallId: 'new@x', text: last!.text.replace('lost@', 'new@') })
      await find('trace-entry').nth(3).waitFor()
      const off = phone.asked('trace.subscribe')
      await find('tab-calls').click()
      assert.deepEqual(await off, { on: false })
    },
    { ...office, size: wide },
  ))

test('a capture of ten thousand messages opens in the page; what is none is refused; ladders are taken away', () =>
  open(
    async ({ page, phone, find }) => {
      await find('tab-trace').click()
      await find('trace-entry').first().waitFor()
      const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer })
      await find('capture-file').setInputFiles(file('notes.txt', Buffer.from('no capture at all, but a text')))
      await find('trace-problem')
        .getByText(/notes\.txt.* is no capture/)
        .waitFor()
      const before = phone.requests.length
      const bytes = Buffer.from(exportTrace(longTrace(10_000), 'pcap', false))
      await find('capture-file').setInputFiles(file('lab.pcap', bytes))
      await find('rung').first().waitFor()
      await find('rung').first().focus()
      await page.keyboard.press('End')
      await page.locator('[role=row][aria-rowindex="10000"][aria-selected=true]').waitFor()
      assert.ok((await find('rung').count()) < 80)
      assert.equal(phone.requests.length, before, 'nothing of it is sent anywhere')

      await find('trace-entry').filter({ hasText: '1002' }).click()
      await page.getByText('RTP', { exact: true }).click()
      await find('rtp-stream').nth(1).waitFor()
      const rows = await find('rtp-stream').allTextContents()
      assert.match(rows[0] ?? '', /192\.168\.11\.20:8000 to 192\.168\.11\.31:8000pcmu21300 · 0\.0 %/i)
      await find('rtp-ends').getByRole('row', { name: 'Lost 0 20' }).waitFor()
      await find('rtp-ends').getByRole('row', { name: 'There and back 18.0 ms' }).waitFor()
      assert.match(rows[1] ?? '', /^192\.168\.11\.31:8000 .*pcmu\d+11\d · 5\.\d %/i)
      await find('rtp-stream').nth(1).getByRole('button').click()
      await page.getByText(/^A burst, not a steady loss/).waitFor()
      await page.getByRole('slider').fill('20')
      const figures = find('rtp-figures')
      await figures.getByText(/^\d\d of 4\d|5\d$/).waitFor()
      await page.getByRole('heading', { name: 'At 00:20' }).waitFor()
      await find('graph-buffer').waitFor()
      assert.match((await figures.textContent()) ?? '', /MOS, last 10 s[12]\.\d/)
      await page.getByRole('slider').press('Shift+ArrowRight')
      await page.getByRole('heading', { name: 'At 00:30' }).waitFor()
      const chart = find('graph-mos').locator('svg').first()
      const { width = 0 } = (await chart.boundingBox()) ?? {}
      // Not where it was a moment ago: it moves when the figures beside it take another line.
      await chart.click({ position: { x: width * 0.1, y: 20 } })
      await page.getByRole('heading', { name: /^At 00:0[0-4]/ }).waitFor()
      assert.match((await figures.textContent()) ?? '', /MOS, last 10 s4\.[34]/)
      // Dragged over in one graph, all show it; figures and cursor stay.
      const axis = async () => {
        const [first, , , , end] = (
          await find('graph-mos').locator('svg').first().locator('text').allTextContents()
        ).slice(-5)
        return [first, end]
      }
      assert.deepEqual(await axis(), ['00:00', '00:42'])
      await chart.dragTo(chart, {
        sourcePosition: { x: width * 0.3, y: 20 },
        targetPosition: { x: width * 0.7, y: 30 },
      })
      await find('rtp-zoom')
        .getByText(/^00:(?:09|1[012]) to 00:(?:28|29|30) of it/)
        .waitFor()
      const [from, to] = await axis()
      assert.match(`${from} ${to}`, /^00:(?:09|1[012]) 00:(?:28|29|30)$/)
      await page.getByRole('slider').press('Home')
      await page.getByRole('heading', { name: `At ${from}` }).waitFor()
      await chart.dblclick({ position: { x: width * 0.5, y: 20 } })
      await find('rtp-zoom').getByText('Drag over a graph').waitFor()
      assert.deepEqual(await axis(), ['00:00', '00:42'])
      await page.getByRole('slider').fill('20')
      await page.getByRole('slider').press('+')
      assert.deepEqual(await axis(), ['00:10', '00:31'])
      await find('rtp-zoom-all').click()
      assert.deepEqual(await axis(), ['00:00', '00:42'])
      assert.match((await find('rtp-sum').textContent()) ?? '', /Best for G\.711.*R\d\d\.\dMOS[23]\.\d/)
      await find('rtp-unheard')
        .getByText(/^Only the headers/)
        .waitFor()
      const whole = phone.asked('trace.packets')
      await find('rtp-record-whole').click()
      assert.deepEqual(await whole, { depth: 'whole' })
      const choose = async (item: string) => {
        await find('trace-export').click()
        const [download] = await Promise.all([page.waitForEvent('download'), find(item).click()])
        return [download.suggestedFilename(), readFileSync(await download.path())] as const
      }
      const [name, pcap] = await choose('export-pcap')
      assert.equal(name, '1002@office.lan.pcap')
      assert.equal(readCapture(pcap).messages.length, officeTrace().length)
      const [svgName, svg] = await choose('export-svg')
      assert.equal(svgName, '1002@office.lan.svg')
      assert.match(svg.toString(), /<svg .*This phone.*407 {2}the proxy wants to know/)
      const [pngName, png] = await choose('export-png')
      assert.equal(pngName, '1002@office.lan.png')
      assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47])
      const size = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg.toString())?.slice(1).map(Number) ?? []
      assert.deepEqual(
        [png.readUInt32BE(16), png.readUInt32BE(20)],
        size.map((side) => side * 2),
      )
      const [, text] = await choose('export-ladder-text')
      assert.match(text.toString(), /192\.168\.11\.20:5060 .*\n.*0\.000.*INVITE/)
    },
    {
      size: wide,
      prepare(phone) {
        phone.trace = officeTrace()
        phone.packets = officePackets()
      },
    },
  ))

test('of a running call the packets that come are shown as they come, and after its end no more', () =>
  open(
    async ({ page, phone, find }) => {
      await takeClock(page)
      const all = officePackets()
      const began = Number(all[0]?.atMicros ?? 0n)
      const upTo = (seconds: number) => all.filter(({ atMicros }) => Number(atMicros) < began + seconds * 1_000_000)
      phone.packets = upTo(10)
      await find('tab-trace').click()
      await find('trace-entry').filter({ hasText: '1002' }).click()
      await page.getByText('RTP', { exact: true }).click()
      const mine = find('rtp-stream').filter({ hasText: /^192\.168\.11\.20:8000/ })
      await mine.getByText('500', { exact: true }).waitFor()
      await page.getByText('The call is running').waitFor()
      phone.packets = upTo(25)
      const anew = phone.asked('trace.export')
      await page.clock.runFor(6000)
      await anew
      await mine.getByText('1250', { exact: true }).waitFor()
      // A message more is no reason to begin anew; the end is: all of it, and nothing is asked again.
      const end = officeTrace().slice(8, 10)
      phone.packets = all
      for (const message of end) phone.notify('trace.message', message)
      await mine.getByText('2130', { exact: true }).waitFor()
      await page.getByText('The call is running').waitFor({ state: 'detached' })
      const asked = phone.requests.length
      await page.clock.runFor(20_000)
      assert.equal(phone.requests.slice(asked).filter(({ method }) => method === 'trace.export').length, 0)
    },
    { size: wide, prepare: (phone) => void (phone.trace = officeTrace().slice(0, 8)) },
  ))

test('what was recorded whole is listened to from the cursor on, and saved', () =>
  open(
    async ({ page, find }) => {
      await find('tab-trace').click()
      await find('trace-entry').filter({ hasText: '1002' }).click()
      await page.getByText('RTP', { exact: true }).click()
      await find('rtp-finding')
        .getByText('2130 packets of sound went from 192.168.11.20:8000 to 192.168.11.31:8000, and not one came back.')
        .waitFor()
      await find('graph-mos').waitFor()
      await page.getByRole('slider').fill('7')
      await find('rtp-listen').click()
      await find('rtp-listen').getByText('Stop').waitFor()
      // The cursor goes with the sound, however late one looks.
      await page.getByRole('heading', { name: /^At 00:(?!07)/ }).waitFor()
      await find('rtp-listen').click()
      await find('rtp-listen').getByText('Listen here').waitFor()
      const [download] = await Promise.all([page.waitForEvent('download'), find('rtp-save').click()])
      assert.equal(download.suggestedFilename(), '192.168.11.20-8000-a07c3f92.wav')
      const wav = parseWav(readFileSync(await download.path()))
      const { restDb } = fitSine(monoSamples(wav, 80_000, 4000), wav.rate, 400)
      assert.ok(restDb < -20, `${restDb}`)
    },
    {
      size: wide,
      prepare(phone) {
        phone.trace = officeTrace()
        phone.packets = officePackets(true).filter(({ from }) => from.address === '192.168.11.20')
      },
    },
  ))

test('the diagnostics bundle is looked through before it is saved; masked, unless one says otherwise', () =>
  open(
    async ({ page, find }) => {
      const save = async () => {
        const [download] = await Promise.all([page.waitForEvent('download'), find('bundle-save').click()])
        assert.equal(download.suggestedFilename(), 'dialtone-diagnostics.tar.gz')
        return readFileSync(await download.path(), 'utf8')
      }
      await find('tab-trace').click()
      await find('trace-export').click()
      await find('open-bundle').click()
      await find('bundle-text').getByText('Diagnostics of Dialtone.').waitFor()
      assert.deepEqual(await find('bundle-file').locator('span:first-child').allTextContents(), [
        'README.txt',
        'settings.json',
        'trace.txt',
        'trace.pcap',
      ])
      await find('bundle-file').filter({ hasText: 'trace.txt' }).click()
      await find('bundle-text').getByText('response="***"').waitFor()
      assert.equal(await save(), 'masked')
      await page.getByRole('switch', { name: 'Mask secrets' }).press('Space')
      await find('bundle-whole').waitFor()
      await find('bundle-text').getByText('response="4c9b5e0a').waitFor()
      assert.equal(await save(), 'whole')
      await page.keyboard.press('Escape')
      await find('trace-entry').first().waitFor()
    },
    { ...office, size: wide },
  ))

test('a search by field and by expression; one that never ends is stopped, and the window goes on', () =>
  open(
    async ({ page, find }) => {
      await find('tab-trace').click()
      await find('trace-entry').nth(2).waitFor()
      const search = async (text: string) => {
        await page.keyboard.press('Control+f')
        await page.keyboard.press('Control+a')
        await page.keyboard.type(text)
      }
      await search('user:1002 code:407')
      await find('trace-entry').nth(1).waitFor({ state: 'detached' })
      await find('trace-entry').filter({ hasText: '1002' }).waitFor()
      await search('/^register .*office/')
      await find('trace-entry').filter({ hasText: 'REGISTER' }).waitFor()
      assert.equal(await find('trace-entry').count(), 1)
      await search('/(a/')
      await find('search-refused')
        .getByText(/no regular expression yet/)
        .waitFor()
      assert.equal(await find('trace-empty').textContent(), 'Nothing was searched.')
      await search('/(a+)+$/')
      // The page answers while the worker is lost in it.
      await find('open-capture').focus()
      await find('search-refused')
        .getByText(/takes too long/)
        .waitFor()
      await search('method:register')
      await find('trace-entry').filter({ hasText: 'REGISTER' }).waitFor()
      assert.equal(await find('search-refused').count(), 0)
    },
    {
      size: wide,
      prepare(phone) {
        const trace = officeTrace()
        const [first] = trace
        phone.trace = first ? [{ ...first, text: `${first.text}${'a'.repeat(80)}!` }, ...trace.slice(1)] : trace
      },
    },
  ))

test('borders of the panes are moved by keys and by hand, searches are kept, both over a reload', () =>
  open(
    async ({ page, find }) => {
      const widthOf = async (what: string) => (await page.getByRole('region', { name: what }).boundingBox())?.width ?? 0
      await find('tab-trace').click()
      await find('trace-entry').filter({ hasText: '1002' }).click()
      await find('rung').first().waitFor()
      const before = await widthOf('Calls and registrations')
      const border = find('split-list')
      await border.press('Shift+ArrowLeft')
      await border.press('ArrowRight')
      assert.equal(await widthOf('Calls and registrations'), before - 48)
      assert.equal(await border.getAttribute('aria-valuenow'), String(before - 48))
      const other = await find('split-message').boundingBox()
      assert.ok(other)
      const message = await widthOf('Message')
      await page.mouse.move(other.x, other.y + 200)
      await page.mouse.down()
      await page.mouse.move(other.x + 40, other.y + 210)
      await page.mouse.up()
      assert.equal(await widthOf('Message'), message - 40)
      await border.press('Home')
      await border.press('ArrowLeft')
      assert.equal(await widthOf('Calls and registrations'), 150)

      await page.keyboard.press('Control+f')
      await page.keyboard.type('wrong-user')
      await page.getByText('Problems', { exact: true }).click()
      await find('trace-empty').waitFor()
      await find('saved-filters').click()
      await find('save-filter').click()
      await find('saved-filter').getByText('Problems \u00b7 wrong-user').waitFor()
      await page.reload()
      await find('tab-trace').click()
      await find('trace-entry').nth(2).waitFor()
      assert.equal(await widthOf('Calls and registrations'), 150)
      await border.press('Enter')
      assert.equal(await widthOf('Calls and registrations'), before)
      await find('saved-filters').click()
      await find('saved-filter').click()
      await find('trace-empty').waitFor()
      assert.equal(await page.locator('[data-search-field]').inputValue(), 'wrong-user')
      await find('saved-filters').click()
      await find('forget-filter').click()
      await find('saved-filter').waitFor({ state: 'detached' })
    },
    { ...office, size: wide },
  ))

test('all messages as text, live, and those of one call', () =>
  open(
    async ({ page, phone, find }) => {
      await find('tab-trace').click()
      const last = find('trace-text-message').last()
      await last.filter({ hasText: '-> 192.0.2.77:5060' }).waitFor()
      const [sample] = officeTrace().slice(-1)
      const come = (id: number, callId: string) =>
        phone.notify('trace.message', {
          ...sample!,
          id,
          sipCallId: callId,
          text: sample!.text.replace('lost@', `${callId}-`),
        })
      come(99, 'new')
      await last.filter({ hasText: 'Call-ID: new-' }).waitFor()
      await page.getByText('Goes with what comes').waitFor()
      await find('trace-text').press('Control+Home')
      await page.getByText('Stands still').waitFor()
      come(100, 'newer')
      await find('trace-entry').nth(4).waitFor()
      await find('trace-text-message').filter({ hasText: 'INVITE sip:1002@office.lan SIP/2.0' }).first().waitFor()
      assert.equal(await find('trace-text-message').filter({ hasText: 'newer-' }).count(), 0)
      await find('trace-text').press('Control+End')
      await last.filter({ hasText: 'Call-ID: newer-' }).waitFor()
      await find('trace-entry').filter({ hasText: 'REGISTER' }).click()
      await page.getByRole('radiogroup', { name: 'How to show it' }).getByText('Text').click()
      await last.filter({ hasText: 'SIP/2.0 401 Unauthorized' }).waitFor()
      assert.equal(await find('trace-text-message').count(), 4)
    },
    { ...office, size: wide },
  ))
