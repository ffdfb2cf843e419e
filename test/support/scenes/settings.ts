import { withAccounts } from './office-accounts.ts'
import { type Scene, test } from './scene.ts'

export const settingsScenes: readonly Scene[] = [
  {
    name: 'settings',
    act: async (page) => {
      await page.click(test('settings'))
      await page.waitForSelector(test('settings-sheet'))
    },
  },
  {
    name: 'settings-account-failed',
    prepare(phone) {
      withAccounts(phone)
      phone.testSteps = [
        { step: 'dns', ok: true, detail: 'the server is at 192.168.11.175' },
        { step: 'connect', ok: true, detail: 'the server answers' },
        { step: 'register', ok: false, code: 401, detail: '401 Unauthorized', remedy: '' },
      ]
    },
    act: async (page) => {
      await page.click(test('settings'))
      await page.click(`${test('account-node')} >> nth=1`)
      await page.click(test('test-account'))
      await page.waitForSelector(test('test-verdict'))
    },
  },
  {
    name: 'settings-account-new',
    act: async (page) => {
      await page.click(test('settings'))
      await page.click(test('add-account'))
      await page.getByLabel('SIP Proxy', { exact: true }).fill('192.168.11.175:99999')
      await page.getByLabel('Username').fill('1001')
    },
  },
  ...(['network', 'sip', 'codecs', 'audio', 'incoming', 'look'] as const).map((name): Scene => ({
    name: `settings-${name}`,
    act: async (page) => {
      await page.click(test('settings'))
      await page.click(test(`settings-${name}`))
    },
  })),
  {
    name: 'settings-search',
    act: async (page) => {
      await page.click(test('settings'))
      await page.keyboard.type('port')
      await page.waitForSelector(test('found-settings'))
    },
  },
]
