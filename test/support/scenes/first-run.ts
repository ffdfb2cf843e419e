import { type Scene, test } from './scene.ts'

export const firstRunScenes: readonly Scene[] = [
  {
    name: 'first-run',
    act: async (page, phone) => {
      await page.click(test('begin-first-run'))
      await page.waitForSelector(test('judgement'))
      phone.notify('audio.levels', { microphoneDbfs: -16, speakerDbfs: -40 })
    },
  },
  {
    name: 'first-run-way',
    act: async (page) => {
      await page.click(test('begin-first-run'))
      await page.click(test('next'))
    },
  },
  {
    name: 'first-run-lab',
    act: async (page) => {
      await page.click(test('begin-first-run'))
      await page.click(test('next'))
      await page.click(test('way-lab'))
      await page
        .getByRole('textbox')
        .fill('Username: 1001\nPassword: 1001\nSIP Proxy: 192.168.11.175:99999\nCard: Realtek')
    },
  },
  {
    name: 'echo-test',
    act: async (page, phone) => {
      await page.click(test('open-echo'))
      await page.waitForSelector(test('judgement'))
      phone.notify('audio.levels', { microphoneDbfs: -16, speakerDbfs: -18 })
    },
  },
]
