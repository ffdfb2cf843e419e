import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ann, entry, marta, officeLog } from '../support/sample-calls.ts'
import { wide } from '../support/chromium.ts'
import type { ScriptedPhone } from '../support/scripted-phone.ts'
import { takeClock, windows } from '../support/window.ts'

const open = windows()
const office = { prepare: (phone: ScriptedPhone) => void (phone.log = officeLog()) }

test('calls stand by day with their result in words; missed ones of one caller are one row', () =>
  open(async ({ page, find }) => {
    await find('tab-calls').click()
    await find('log-row').first().waitFor()
    const rows = await find('log-row').allTextContents()
    assert.match(rows[0] ?? '', /周雅婷 Chou Ya-ting0:43/)
    assert.match(rows[1] ?? '', /陳柏翰.*480 not registered now/)
    assert.match(rows[2] ?? '', /1004@office\.lanMissed/)
    assert.match(rows[4] ?? '', /Answered on another phone/)
    assert.equal(rows.filter((row) => row.includes('Janssen')).length, 1)
    assert.ok(rows.some((row) => /Janssen.*Missed · 2 times/.test(row)))
    assert.deepEqual((await page.getByRole('heading', { level: 2 }).allTextContents()).slice(0, 2), [
      'Today',
      'Yesterday',
    ])
  }, office))

test('details: the verdict card with what to try, facts, and a way back', () =>
  open(async ({ page, phone, find }) => {
    await find('tab-calls').click()
    await find('log-row').nth(1).click()
    const verdict = (await find('verdict').textContent()) ?? ''
    assert.match(verdict, /480: They are not registered now\..*What to try1.*2.*3/)
    assert.match((await find('details').textContent()) ?? '', /480 Temporarily Unavailable/)
    await page.keyboard.press('Escape')
    await find('log-row').first().waitFor()
    await find('log-row').first().click()
    await find('quality-table').waitFor()
    const asked = phone.asked('call.dial')
    await find('call-again').click()
    assert.deepEqual(await asked, { target: ann.uri })
  }, office))

test('search and the missed filter ask the phone', () =>
  open(async ({ page, phone, find }) => {
    await find('tab-calls').click()
    await page.keyboard.press('Control+f')
    await page.keyboard.type('marta')
    await phone.until(() => phone.requests.some(({ params }) => (params as { search?: string })?.search === 'marta'))
    await find('log-row').filter({ hasText: 'Marta' }).waitFor()
    assert.equal(await find('log-row').count(), 1)
    await page.locator('[data-search-field]').fill('nobody<b>')
    await page.getByText(/Nothing with .*nobody<b>/).waitFor()
    await find('search-all').click()
    await page.getByText('Missed', { exact: true }).first().click()
    await phone.until(() => phone.requests.some(({ params }) => (params as { missed?: boolean })?.missed === true))
    await find('log-row').first().waitFor()
    assert.ok((await find('log-row').allTextContents()).every((row) => row.includes('Missed')))
  }, office))

test('what is deleted can be had back for eight seconds', () =>
  open(async ({ page, phone, find }) => {
    await find('tab-calls').click()
    await find('log-row').first().focus()
    await page.keyboard.press('Delete')
    await find('undo').waitFor()
    assert.equal(await find('log-row').filter({ hasText: '0:43' }).count(), 0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await find('log-row').filter({ hasText: '0:43' }).waitFor()
    assert.ok(!phone.requests.some(({ method }) => method === 'log.remove'))
  }, office))

test('after that it is gone, a folded row with all its calls', () =>
  open(async ({ page, phone, find }) => {
    const janssen = phone.log.filter(({ remote }) => remote.displayName?.startsWith('Janssen')).map(({ id }) => id)
    await takeClock(page)
    await find('tab-calls').click()
    await find('log-row').filter({ hasText: 'Janssen' }).focus()
    await page.keyboard.press('Delete')
    await find('undo').waitFor()
    const asked = phone.asked('log.remove')
    await page.clock.runFor(8100)
    assert.deepEqual(await asked, { ids: janssen })
  }, office))

test('arrow keys choose, Enter opens, Ctrl+Enter calls', () =>
  open(
    async ({ page, phone, find }) => {
      await find('tab-calls').click()
      await find('log-row').first().focus()
      for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
      const asked = phone.asked('call.dial')
      await page.keyboard.press('Control+Enter')
      assert.deepEqual(await asked, { target: marta.uri })
      await find('tab-calls').click()
      await find('log-row').nth(3).focus()
      await page.keyboard.press('Enter')
      await find('details').getByText('Marta Kowalska').waitFor()
    },
    { ...office, size: wide },
  ))

test('thousands of calls: only those in sight exist, and more are fetched on the way down', () =>
  open(
    async ({ page, phone, find }) => {
      await find('tab-calls').click()
      await find('log-row').first().waitFor()
      assert.ok((await find('log-row').count()) < 40)
      await find('log-row').first().hover()
      const far = () => phone.requests.some(({ params }) => ((params as { before?: number })?.before ?? 1e9) < 4500)
      for (let turn = 0; turn < 500 && !far(); turn++) {
        await page.mouse.wheel(0, 100_000)
        await page.waitForTimeout(60)
      }
      assert.ok(far(), JSON.stringify(phone.requests.filter(({ method }) => method === 'log.list')))
      assert.ok((await find('log-row').count()) < 40)
    },
    {
      prepare(phone) {
        phone.log = Array.from({ length: 5000 }, (_, index) => ({
          ...entry({ uri: `sip:${index}@x.org` }, index * 7),
          id: 5000 - index,
        }))
      },
    },
  ))

test('missed calls lose their badge and, at the next visit, their weight', () =>
  open(async ({ page, find }) => {
    await page.getByRole('button', { name: /Calls.*3 missed/ }).click()
    await find('log-row').first().waitFor()
    await page.getByRole('button', { name: 'Calls', exact: true }).waitFor()
    assert.equal(await page.locator('[data-unseen]').count(), 2)
    await find('tab-phone').click()
    await find('tab-calls').click()
    await find('log-row').first().waitFor()
    assert.equal(await page.locator('[data-unseen]').count(), 0)
  }, office))
