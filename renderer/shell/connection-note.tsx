import { Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Note } from '../controls/note.tsx'
import { usePhone } from '../state/phone.ts'
import classes from './shell.module.css'

/** The window has lost its phone. What was known stays on the screen. */
export function ConnectionNote() {
  const { t } = useTranslation()
  const lost = usePhone(({ connection }) => connection === 'lost')
  if (!lost) return null
  return (
    <div role="status" className={classes['problem']}>
      <Note tone="hold" icon={Unplug} test="connection-lost">
        <b>{t('connection.lost')}</b>
        <div>{t('connection.lostWhy')}</div>
      </Note>
    </div>
  )
}
