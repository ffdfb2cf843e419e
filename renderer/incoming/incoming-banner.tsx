import { UnstyledButton } from '@mantine/core'
import { Phone, PhoneOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { keysFor } from '../shell/shortcuts.ts'
import { answer, decline } from '../state/commands.ts'
import { show } from '../state/navigation.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './incoming-banner.module.css'

/** A call that rings while the user is busy elsewhere in the window: it takes no focus and covers no field. */
export function IncomingBanner({ call }: { call: Call }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const party = partyIn(call)
  return (
    <section className={classes['banner']} aria-label={t('incoming.title')} data-test="incoming-banner">
      <UnstyledButton
        className={classes['who']}
        onClick={() => show({ tab: 'phone', dialling: false, echoTest: false })}
      >
        <span className={classes['state']}>
          <Lamp state="ring" />
          {t('incoming.title')}
        </span>
        <bdi className={classes['name']}>{party.title}</bdi>
      </UnstyledButton>
      <div className={classes['actions']}>
        <Button kind="stop" icon={PhoneOff} onClick={() => decline(call)} hint="Esc" test="banner-decline">
          {t('incoming.decline')}
        </Button>
        <Button
          kind="go"
          icon={Phone}
          className={classes['pill'] ?? ''}
          onClick={() => answer(call)}
          hint={keysFor('answer')}
          test="banner-answer"
        >
          {t('incoming.answer')}
        </Button>
      </div>
    </section>
  )
}
