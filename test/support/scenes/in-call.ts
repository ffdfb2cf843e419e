import { ann, call, chen, hostile, marta, officeLog, poor, quality, unanswered } from '../sample-calls.ts'
import { playLevels, showQuality } from './levels.ts'
import { become, type Scene, test } from './scene.ts'

const talking = () => call(ann)

export const inCallScenes: readonly Scene[] = [
  { name: 'dialling', act: (_page, phone) => become(phone, unanswered(ann, { state: 'early' })) },
  {
    name: 'in-call',
    act: async (page, phone) => {
      await become(phone, talking())
      await showQuality(phone, talking(), quality({ lost: 0 }))
      await playLevels(phone, talking(), page)
    },
  },
  {
    name: 'in-call-quality',
    act: async (page, phone) => {
      await become(phone, talking())
      await showQuality(phone, talking())
      // In a wide window the figures stand beside the call.
      if (page.viewportSize()?.width === 360) await page.click(test('quality-chip'))
    },
  },
  {
    name: 'in-call-poor-muted',
    act: async (page, phone) => {
      const muted = call(marta, { muted: true })
      await become(phone, muted)
      await showQuality(phone, muted, quality({ lost: 0 }))
      await showQuality(phone, muted, poor)
      for (let tick = 0; tick < 10; tick++)
        phone.notify('audio.levels', { callId: muted.callId, microphoneDbfs: -15, speakerDbfs: -20 })
      await page.waitForSelector(test('muted-note'))
    },
  },
  {
    name: 'on-hold',
    act: async (_page, phone) => {
      const held = call(ann, { onHold: { local: true, remote: false } })
      await become(phone, held)
      await showQuality(phone, held)
    },
  },
  {
    name: 'keypad',
    act: async (page, phone) => {
      await become(phone, talking())
      await page.click(test('keypad'))
      await page.mouse.move(1, 1)
      await page.keyboard.type('14209*')
      phone.notify('call.dtmf', { callId: talking().callId, digit: '#', mode: 'rfc4733' })
      await page.waitForTimeout(200)
    },
  },
  {
    name: 'lines',
    act: async (_page, phone) => {
      const held = call(ann, { onHold: { local: true, remote: false } })
      await become(phone, held, call(marta))
      await showQuality(phone, call(marta))
    },
  },
  {
    name: 'conference',
    act: async (_page, phone) => {
      await become(phone, call(ann, { conference: true, srtp: true }), call(marta, { conference: true }))
      await showQuality(phone, call(ann))
    },
  },
  {
    name: 'new-call-beside',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await become(phone, talking())
      await page.click(test('new-call'))
    },
  },
  {
    name: 'ended-busy',
    act: async (page, phone) => {
      const one = unanswered(chen, { state: 'early' })
      await become(phone, one)
      await page.waitForSelector(test('in-call'))
      phone.endCall(one, { code: 486, reason: 'Busy Here', cause: 'busy' })
      await page.hover(test('ended'))
    },
  },
  {
    name: 'recording',
    act: (_page, phone) => become(phone, call(ann, { recording: true })),
  },
  {
    name: 'hostile-call',
    act: (_page, phone) => become(phone, call(hostile)),
  },
]
