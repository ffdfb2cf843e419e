import { useTranslation } from 'react-i18next'
import type { Shown } from './presence.ts'

export function usePresenceWords(): (shown: Shown) => string {
  const { t } = useTranslation()
  return ({ words, code }) => t(`presence.${words}`, { code })
}
