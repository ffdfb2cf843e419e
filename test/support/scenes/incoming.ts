import { ann, bare, call, hostile, marta, officeLog, ringing } from '../sample-calls.ts'
import { become, type Scene, test } from './scene.ts'

export const incomingScenes: readonly Scene[] = [
  { name: 'incoming', act: (_page, phone) => become(phone, ringing(ann)) },
  { name: 'incoming-direct', act: (_page, phone) => become(phone, ringing(bare)) },
  { name: 'incoming-second', act: (_page, phone) => become(phone, call(marta), ringing(bare)) },
  {
    name: 'incoming-forward',
    act: async (page, phone) => {
      await become(phone, ringing(ann))
      await page.click(test('forward'))
    },
  },
  {
    name: 'incoming-banner',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await page.click(test('tab-calls'))
      await become(phone, ringing(ann))
      await page.waitForSelector(test('incoming-banner'))
    },
  },
  {
    name: 'hostile-incoming',
    act: (_page, phone) => become(phone, ringing(hostile)),
  },
]
