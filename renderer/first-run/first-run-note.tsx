import { Sparkles, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { useAccounts } from '../state/accounts.ts'
import { useLog } from '../state/call-log.ts'
import { show } from '../state/navigation.ts'
import { rememberFirstRun, sawFirstRun } from './remember.ts'
import classes from './first-run.module.css'

/** As long as nothing has been set up and nobody has called: the way to the assistant. It stands in nobody's way. */
export function FirstRunNote() {
  const { t } = useTranslation()
  const fresh = useAccounts(({ accounts, loaded }) => loaded && accounts.length === 0)
  const uncalled = useLog(({ recent, loaded }) => loaded && recent.length === 0)
  const [seen, setSeen] = useState(sawFirstRun)
  if (!fresh || !uncalled || seen) return null
  const wave = () => {
    rememberFirstRun()
    setSeen(true)
  }
  return (
    <div className={classes['invite']}>
      <Note
        tone="line"
        icon={Sparkles}
        test="first-run-note"
        actions={<IconButton icon={X} iconSize={16} label={t('close')} onClick={wave} />}
      >
        {t('firstRun.invite')}{' '}
        <Button kind="bare" size="small" onClick={() => show({ firstRun: true })} test="begin-first-run">
          {t('firstRun.begin')}
        </Button>
      </Note>
    </div>
  )
}
