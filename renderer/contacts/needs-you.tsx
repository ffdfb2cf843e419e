import { PhoneIncoming } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { pickUp } from '../state/commands.ts'
import { usePhone } from '../state/phone.ts'
import { plainText } from '../text/plain-text.ts'
import { titleOf } from './order.ts'
import { takeable } from './presence.ts'
import classes from './contacts.module.css'

/** Whose phone rings while this one could take the call. */
export function NeedsYou({ contacts }: { contacts: readonly Contact[] }) {
  const { t } = useTranslation()
  const entries = usePhone(({ snapshot }) => snapshot.presence)
  const ringing = contacts.flatMap((contact) => {
    const target = takeable(contact, entries)
    return target === undefined ? [] : [{ contact, target }]
  })
  if (ringing.length === 0) return null
  return (
    <ul className={classes['needsYou']} aria-label={t('contacts.needsYou')} role="list" data-test="needs-you">
      {ringing.map(({ contact, target }) => (
        <li key={contact.id}>
          <Lamp state="ring" size={14} />
          <span className={classes['words']}>
            <bdi className={classes['name']}>{plainText(titleOf(contact), 120)}</bdi>
            <span className={classes['second']}>{t('presence.ringing')}</span>
          </span>
          <PickUpButton target={target} />
        </li>
      ))}
    </ul>
  )
}

export function PickUpButton({ target }: { target: string }) {
  const { t } = useTranslation()
  return (
    <Button kind="go" icon={PhoneIncoming} onClick={() => void pickUp(target)} test="pick-up">
      {t('contacts.pickUp')}
    </Button>
  )
}
