import type { TonePlan } from '../../native/protocol.ts'

/** What the user may choose: a country's tones, or those of the place that the system's clock says we are in. */
export const tonePlans = ['auto', 'taiwan', 'china', 'us', 'europe', 'uk'] as const satisfies readonly (
  | TonePlan
  | 'auto'
)[]

/** `timeZone` is an IANA name. */
export function tonePlanOf(chosen: (typeof tonePlans)[number], timeZone: string): TonePlan {
  if (chosen !== 'auto') return chosen
  if (timeZone === 'Asia/Taipei') return 'taiwan'
  if (/^Asia\/(Shanghai|Urumqi|Chongqing|Harbin|Kashgar)$/.test(timeZone)) return 'china'
  if (/^Europe\/(London|Belfast|Jersey|Guernsey|Isle_of_Man)$/.test(timeZone)) return 'uk'
  return timeZone.startsWith('Europe/') ? 'europe' : 'us'
}
