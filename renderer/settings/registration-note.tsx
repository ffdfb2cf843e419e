import { CircleCheck, CircleDashed, CircleX, RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { adviceOnStatus } from '../explain/advice.ts'
import { register, unregister, useRegistration } from '../state/accounts.ts'
import { plainText } from '../text/plain-text.ts'
import { useRegistrationWords } from './use-registration-words.ts'
import classes from './settings.module.css'

/** How the registration of an account stands, and the way to begin or end it. */
export function RegistrationNote({ account }: { account: Account }) {
  const { t, i18n } = useTranslation()
  const registration = useRegistration(account.id)
  const words = useRegistrationWords()(registration)
  const { state, code, remedy } = registration
  const advice = code === undefined ? undefined : adviceOnStatus(code, i18n.language)
  if (!account.enabled) return null
  return (
    <div className={classes['registration']} role="status" data-test="registration" data-state={state}>
      <Note
        tone={state === 'registered' ? 'go' : state === 'failed' ? 'stop' : 'line'}
        icon={
          state === 'registered'
            ? CircleCheck
            : state === 'failed'
              ? CircleX
              : state === 'registering'
                ? RefreshCw
                : CircleDashed
        }
        actions={
          state === 'registered' ? (
            <Button kind="bare" size="small" onClick={() => void unregister(account.id)} test="unregister">
              {t('account.unregister')}
            </Button>
          ) : state === 'registering' ? undefined : (
            <Button kind="bare" size="small" onClick={() => void register(account.id)} test="register">
              {t('account.register')}
            </Button>
          )
        }
      >
        <b>{words}</b>
        {state === 'failed' && advice !== undefined && <div>{advice.remedy}</div>}
        {state === 'failed' && advice === undefined && remedy !== undefined && (
          <div lang="en">{plainText(remedy, 300)}</div>
        )}
      </Note>
    </div>
  )
}
