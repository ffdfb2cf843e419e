import { CornerUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TransferRequest } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { answerTransfer } from '../state/commands.ts'
import { usePhone } from '../state/phone.ts'
import { partyOf } from '../text/party.ts'
import { isolated } from '../text/plain-text.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './questions.module.css'

/** The other side of a call wants this phone to call somebody else in its place. */
export function TransferPrompt({ request: { callId, target } }: { request: TransferRequest }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const call = usePhone(({ snapshot }) => snapshot.calls.find((call) => call.callId === callId))
  const name = call === undefined ? '' : partyIn(call).title
  return (
    <section aria-label={t('transferRequest.title')} data-test="transfer-request" role="alert">
      <Note tone="hold" icon={CornerUpRight}>
        <b>{t('transferRequest.asks', { name: isolated(name), target: isolated(partyOf({ uri: target }).title) })}</b>
        <div>{t('transferRequest.help')}</div>
        <div className={classes['buttons']}>
          <Button kind="go" onClick={() => void answerTransfer(callId, true)} test="accept-transfer">
            {t('transferRequest.accept')}
          </Button>
          <Button onClick={() => void answerTransfer(callId, false)} test="decline-transfer">
            {t('transferRequest.decline')}
          </Button>
        </div>
      </Note>
    </section>
  )
}
