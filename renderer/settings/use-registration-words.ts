import { useTranslation } from 'react-i18next'
import type { Registration } from '../../electron/ipc/contract.ts'
import { adviceOnStatus } from '../explain/advice.ts'
import { timeText } from '../text/dates.ts'
import { plainText } from '../text/plain-text.ts'

/** How a registration stands, in one sentence. A code never stands alone. */
export function useRegistrationWords(): (registration: Registration) => string {
  const { t, i18n } = useTranslation()
  return ({ state, code, reason, expiresAt }) => {
    if (state === 'registered' && expiresAt !== undefined)
      return t('registration.until', { time: timeText(expiresAt, i18n.language) })
    if (state !== 'failed') return t(`registration.${state}`)
    if (code === undefined) return t('registration.failed')
    const sentence = adviceOnStatus(code, i18n.language)?.meaning ?? plainText(reason ?? '', 80)
    return t('explain.withCode', { code, sentence })
  }
}
