import { PhoneError } from '../../../electron/phone/phone-error.ts'
import { ann, call, marta, officeLog } from '../sample-calls.ts'
import { become, type Scene, test } from './scene.ts'

export const transferScenes: readonly Scene[] = [
  {
    name: 'transfer-choose',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await become(phone, call(ann), call(marta, { onHold: { local: true, remote: false } }))
      await page.click(test('transfer-call'))
      await page.keyboard.type('10')
      await page.waitForSelector('[role=listbox]')
    },
  },
  {
    name: 'transfer-connect',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await become(phone, call(ann))
      await page.click(test('transfer-call'))
      await page.keyboard.type('1003@office.lan')
      phone.replies.set('call.dial', () => ({ callId: call(marta).callId }))
      await page.click(test('speak-first'))
      await phone.until(() => phone.requests.some(({ method }) => method === 'call.dial'))
      await become(phone, call(ann, { onHold: { local: true, remote: false } }), call(marta))
      await page.waitForSelector(`${test('transfer')}[data-step="3"]`)
    },
  },
  {
    name: 'transfer-refused',
    act: async (page, phone) => {
      await become(phone, call(ann))
      await page.click(test('transfer-call'))
      await page.keyboard.type('1003@office.lan')
      phone.replies.set('call.transfer', () => {
        throw new PhoneError('rejected', 'no', { sipCode: 603, reason: 'Decline' })
      })
      await page.click(test('send-now'))
      await page.waitForSelector(test('transfer-failed'))
    },
  },
]
