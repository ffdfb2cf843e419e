import { useTranslation } from 'react-i18next'
import { dayText, daysAgo, timeText } from '../text/dates.ts'

/** The time of today, else the day. */
export function When({ at }: { at: string }) {
  const { t, i18n } = useTranslation()
  const ago = daysAgo(at, Date.now())
  return (
    <span>
      {ago === 0
        ? timeText(at, i18n.language)
        : ago === 1
          ? t('log.yesterday')
          : dayText(at, i18n.language, Date.now())}
    </span>
  )
}
