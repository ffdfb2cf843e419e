import { randomBytes } from 'node:crypto'
import type { CallingAccount } from './accounts.ts'
import type { LocalSrtp } from './offer-answer-srtp.ts'

/** How calls of that account are encrypted. Direct calls have no setting: what the peer proposes is taken. */
export function srtpOf(through: CallingAccount | undefined): LocalSrtp {
  return { policy: through?.settings.srtp ?? 'accept', newKey: () => randomBytes(30).toString('base64') }
}
