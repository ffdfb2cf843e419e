import type { Page } from 'playwright-core'
import { officePackets, officeTrace } from '../sample-trace.ts'
import { type Scene, test } from './scene.ts'

export const traceScenes: readonly Scene[] = [
  { name: 'trace-empty', act: async (page) => page.click(test('tab-trace')) },
  {
    name: 'trace-ladder',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page.click(`${test('rung')} >> nth=1`)
    },
  },
  {
    name: 'trace-story',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, 'REGISTER')
      if ((await page.locator(test('open-story')).count()) > 0) await page.click(test('open-story'))
    },
  },
  {
    name: 'trace-digest',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page.click(`${test('rung')} >> nth=1`)
      await page.click('[role=tab] >> nth=3')
      await page.fill(test('digest-password'), 'wrong')
      await page.waitForSelector(`${test('digest')} ol`)
    },
  },
  {
    name: 'trace-sdp',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page.click(`${test('rung')} >> nth=6`)
      await page.click('[role=tab] >> nth=4')
    },
  },
  {
    name: 'trace-text',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page
        .locator('label', { hasText: /^(Text|原文)$/ })
        .first()
        .click()
      await page.waitForSelector(test('trace-text-message'))
    },
  },
  {
    name: 'trace-refused-search',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await page.click(test('tab-trace'))
      await page.waitForSelector(test('trace-entry'))
      await page.keyboard.press('Control+f')
      await page.keyboard.type('method:invite /(a/')
      await page.waitForSelector(test('search-refused'))
    },
  },
  {
    name: 'trace-rtp-zoomed',
    prepare(phone) {
      phone.trace = officeTrace()
      phone.packets = officePackets()
    },
    act: async (page) => {
      await showStream(page)
      await page.press('input[type=range]', '+')
      await page.waitForSelector(test('rtp-zoom-all'))
    },
  },
  {
    name: 'trace-all',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await page.click(test('tab-trace'))
      await page.waitForSelector(test('trace-entry'))
    },
  },
  {
    name: 'trace-bundle',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await page.click(test('tab-trace'))
      await page.click(test('trace-export'))
      await page.click(test('open-bundle'))
      await page.locator(test('bundle-file'), { hasText: 'trace.txt' }).click()
    },
  },
  {
    name: 'trace-rtp',
    prepare(phone) {
      phone.trace = officeTrace()
      phone.packets = officePackets()
    },
    act: async (page) => {
      await showStream(page)
    },
  },
]

async function showTrace(page: Page, title: string): Promise<void> {
  await page.click(test('tab-trace'))
  await page.locator(test('trace-entry'), { hasText: title }).first().click()
  await page.waitForSelector(test('rung'))
}

/** The stream of the peer that lost packets, and the second where it did. */
async function showStream(page: Page): Promise<void> {
  await showTrace(page, '1002')
  await page.getByText('RTP', { exact: true }).click()
  await page
    .locator(`${test('rtp-stream')} button`)
    .nth(1)
    .click()
  await page.fill('input[type=range]', '21')
}
