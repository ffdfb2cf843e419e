import { officeLog } from '../sample-calls.ts'
import type { Page } from 'playwright-core'
import { office, withAccounts } from './office-accounts.ts'
import type { Scene } from './scene.ts'

export const idleScenes: readonly Scene[] = [
  { name: 'idle' },
  { name: 'idle-empty-recent', act: async (page) => void (await recent(page)) },
  {
    name: 'idle-recent',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => void (await recent(page)),
  },
  {
    name: 'type-ahead',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => {
      await page.keyboard.type('100')
      await page.waitForSelector('[role=listbox]')
    },
  },
  {
    name: 'direct-address',
    prepare(phone) {
      phone.info = { ...phone.info, listening: [{ transport: 'udp', address: '0.0.0.0', port: 5061 }] }
    },
    act: async (page) => page.keyboard.type('1001@192.168.11.175:50600'),
  },
  { name: 'wrong-port', act: async (page) => page.keyboard.type('1001@192.168.11.175:99999') },
  {
    name: 'do-not-disturb',
    prepare(phone) {
      phone.settings = { ...phone.settings, calls: { ...phone.settings.calls, doNotDisturb: true } }
      phone.snapshot = { ...phone.snapshot, doNotDisturb: true }
    },
  },
  {
    name: 'account-registered',
    prepare: withAccounts,
  },
  {
    name: 'what-is-on',
    prepare(phone) {
      phone.addAccount(
        { ...office, isDefault: true, forward: { always: '1009', noAnswerSeconds: 20 } },
        { state: 'failed', code: 403, reason: 'Forbidden' },
      )
      const autoAnswer = { mode: 'all', delaySeconds: 0 } as const
      phone.settings = { ...phone.settings, calls: { ...phone.settings.calls, doNotDisturb: true, autoAnswer } }
      phone.snapshot = { ...phone.snapshot, doNotDisturb: true }
    },
  },
]

async function recent(page: Page): Promise<void> {
  // In a wide window the recent calls stand beside the keypad.
  const choice = page.locator('[role=radiogroup] label').nth(1)
  if ((await choice.count()) > 0) await choice.click()
}
