import { officeLog } from '../sample-calls.ts'
import { type Scene, test } from './scene.ts'

export const callLogScenes: readonly Scene[] = [
  {
    name: 'calls',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => page.click(test('tab-calls')),
  },
  {
    name: 'calls-verdict',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => {
      await page.click(test('tab-calls'))
      await page.click(`${test('log-row')} >> nth=1`)
    },
  },
  {
    name: 'calls-quality',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => {
      await page.click(test('tab-calls'))
      await page.click(`${test('log-row')} >> nth=0`)
    },
  },
  { name: 'calls-empty', act: async (page) => page.click(test('tab-calls')) },
]
