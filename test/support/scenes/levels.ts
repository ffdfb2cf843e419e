import type { Page } from 'playwright-core'
import type { Call } from '../../../electron/phone/shapes.ts'
import { quality } from '../sample-calls.ts'
import type { ScriptedPhone } from '../scripted-phone.ts'

/** Half a minute of talk in the level strip, at once. */
export async function playLevels(phone: ScriptedPhone, { callId }: Pick<Call, 'callId'>, page: Page): Promise<void> {
  // The page's own clock runs ahead, so that nobody has to talk for half a minute.
  for (let tick = 0; tick < 70; tick++) {
    const [mine, theirs] = [Math.sin(tick / 5) > 0.1, Math.sin(tick / 5 + 2.4) > -0.2]
    const loudness = (talks: boolean, salt: number) => (talks ? -6 - 26 * Math.abs(Math.sin(tick * salt)) : -57)
    await page.evaluate(
      'window.shift = (window.shift ?? 0) + 455; performance.now = () => Performance.prototype.now.call(performance) + window.shift',
    )
    phone.notify('audio.levels', { callId, microphoneDbfs: loudness(mine, 2.7), speakerDbfs: loudness(theirs, 1.9) })
    if (tick === 24 || tick === 51) await showQuality(phone, { callId }, quality({ lost: tick, lossPercent: 0.4 }))
    await page.waitForTimeout(8)
  }
}

export async function showQuality(phone: ScriptedPhone, one: Pick<Call, 'callId'>, figures = quality()): Promise<void> {
  phone.notify('call.quality', { callId: one.callId, quality: figures })
}
