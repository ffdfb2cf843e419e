import { MessageSquare, Pencil, Phone, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../electron/ipc/contract.ts'
import { Avatar } from '../controls/avatar.tsx'
import { Button, IconButton } from '../controls/button.tsx'
import { Choice } from '../settings/choice.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { Name } from '../controls/name.tsx'
import { homeOf } from '../dialer/home.ts'
import { readTarget } from '../dialer/read-target.ts'
import { defaultAccountOf, useAccounts } from '../state/accounts.ts'
import { dial } from '../state/commands.ts'
import { mergeContacts, removeContact, useContacts } from '../state/contacts.ts'
import { openConversation } from '../state/messages.ts'
import { show } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { plainText } from '../text/plain-text.ts'
import { titleOf } from './order.ts'
import { PickUpButton } from './needs-you.tsx'
import { presenceOf, takeable } from './presence.ts'
import { usePresenceWords } from './use-presence-words.ts'
import { partyOfContact } from './who.ts'
import classes from './contacts.module.css'

/** Somebody in the address book: each address with a call and a message, and what else is known of them. */
export function ContactDetails({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const others = useContacts(({ contacts }) => contacts)
  const entries = usePhone(({ snapshot }) => snapshot.presence)
  const first = contact.addresses[0]?.target
  const presence = presenceOf(first, entries)
  const rings = takeable(contact, entries)
  const words = usePresenceWords()
  const account = useAccounts(({ accounts }) => defaultAccountOf(accounts))
  const write = (target: string) => {
    const reading = readTarget(target, homeOf(account))
    openConversation(reading.kind === 'good' ? reading.uri : target)
    show({ tab: 'messages' })
  }
  return (
    <div className={classes['card']} data-test="contact">
      <div className={classes['cardHead']}>
        <Avatar party={partyOfContact(contact)} size="medium" />
        <div className={classes['words']}>
          <h1 className={classes['title']}>
            <Name text={plainText(titleOf(contact), 120)} />
          </h1>
          {presence !== undefined && (
            <div className={classes['state']}>
              <Lamp state={presence.lamp} />
              {words(presence)}
            </div>
          )}
        </div>
        <IconButton
          icon={Pencil}
          label={t('contacts.edit')}
          onClick={() => useContacts.setState({ editing: true })}
          test="edit-contact"
        />
      </div>
      {rings !== undefined && (
        <div className={classes['rings']}>
          <Lamp state="ring" size={14} />
          <span className={classes['words']}>{t('presence.ringing')}</span>
          <PickUpButton target={rings} />
        </div>
      )}
      <ul className={classes['addresses']}>
        {contact.addresses.map(({ target, label }) => (
          <li key={target} className={classes['address']}>
            <span className={classes['words']}>
              {label !== undefined && <span className={classes['label']}>{plainText(label, 60)}</span>}
              <bdi className={classes['mono']}>{plainText(target, 120)}</bdi>
            </span>
            <IconButton icon={MessageSquare} label={t('contacts.write')} onClick={() => write(target)} test="write" />
            <Button kind="go" icon={Phone} onClick={() => void dial(target)} test="call-contact">
              {t('dial.call')}
            </Button>
          </li>
        ))}
      </ul>
      {contact.note !== undefined && <p className={classes['note']}>{plainText(contact.note, 2000)}</p>}
      <div className={classes['gap']} />
      {others.length > 1 && (
        <Choice
          label={t('contacts.merge')}
          value=""
          options={[
            { value: '', label: t('contacts.mergeNone') },
            ...others
              .filter(({ id }) => id !== contact.id)
              .slice(0, 500)
              .map((other) => ({ value: String(other.id), label: plainText(titleOf(other), 80) })),
          ]}
          help={t('contacts.mergeHelp')}
          onChange={(chosen) => {
            const other = others.find(({ id }) => String(id) === chosen)
            if (other !== undefined) void mergeContacts(contact, other)
          }}
        />
      )}
      <div className={classes['foot']}>
        <Button
          kind="bare"
          icon={Trash2}
          className={classes['delete'] ?? ''}
          onClick={() => removeContact(contact.id)}
          test="delete-contact"
        >
          {t('log.delete')}
        </Button>
      </div>
    </div>
  )
}
