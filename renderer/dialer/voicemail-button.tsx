import { VisuallyHidden } from '@mantine/core'
import { Voicemail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { useAccounts } from '../state/accounts.ts'
import { dial } from '../state/commands.ts'
import { usePhone } from '../state/phone.ts'
import { boxOf } from './voicemail-box.ts'
import classes from './voicemail-button.module.css'

/** Calls the voicemail, with the number of new messages; not there where no account has one. */
export function VoicemailButton({ className }: { className: string }) {
  const { t } = useTranslation()
  const accounts = useAccounts(({ accounts }) => accounts)
  const counts = usePhone(({ snapshot }) => snapshot.voicemail)
  const box = boxOf(accounts, counts)
  if (box === undefined) return null
  const { account, newCount } = box
  return (
    <Button
      icon={Voicemail}
      iconSize={18}
      className={className}
      onClick={() => void dial(account.voicemail, account.id)}
      test="voicemail"
    >
      {t('dial.voicemail')}
      {newCount > 0 && (
        <>
          <span className={classes['count']} aria-hidden>
            {newCount > 99 ? '99+' : newCount}
          </span>
          <VisuallyHidden>{t('dial.newVoicemail', { n: newCount })}</VisuallyHidden>
        </>
      )}
    </Button>
  )
}
