import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact, PresenceEntry } from '../../electron/ipc/contract.ts'
import { titleOf } from '../contacts/order.ts'
import { presenceOf, takeable } from '../contacts/presence.ts'
import { usePresenceWords } from '../contacts/use-presence-words.ts'
import { Lamp } from '../controls/lamp.tsx'
import { dial, pickUp } from '../state/commands.ts'
import { useContacts } from '../state/contacts.ts'
import { usePhone } from '../state/phone.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './lamp-board.module.css'

/** As many as the phone can watch. */
const most = 100

/** Who has a key on the board: a speed dial key first, in their order, then who else is watched. */
export function useBoard(): readonly Contact[] {
  const contacts = useContacts(({ contacts }) => contacts)
  return useMemo(
    () =>
      contacts
        .filter(({ speedDial, watch, addresses }) => (speedDial !== undefined || watch) && addresses.length > 0)
        .toSorted((a, b) => (a.speedDial ?? most) - (b.speedDial ?? most))
        .slice(0, most),
    [contacts],
  )
}

/** Over it lies the lamp of a call that rings at one of them and can be taken here: the title stays where it is. */
export function BoardTitle({ board, chosen }: { board: readonly Contact[]; chosen: boolean }) {
  const { t } = useTranslation()
  const rings = usePhone(({ snapshot }) => board.some((contact) => takeable(contact, snapshot.presence) !== undefined))
  return (
    <span className={classes['title']}>
      {t('board.title')}
      {rings && !chosen && (
        <span className={classes['rings']}>
          <Lamp state="ring" label={t('board.rings')} />
        </span>
      )}
    </span>
  )
}

/** Keys with lamps, as on a desk phone: a press calls, or takes the call that rings there. */
export function LampBoard({ board }: { board: readonly Contact[] }) {
  const { t } = useTranslation()
  const entries = usePhone(({ snapshot }) => snapshot.presence)
  return (
    <ul className={classes['board']} aria-label={t('board.label')} data-test="lamp-board">
      {board.map((contact) => (
        <li key={contact.id}>
          <Key contact={contact} entries={entries} />
        </li>
      ))}
    </ul>
  )
}

function Key({ contact, entries }: { contact: Contact; entries: readonly PresenceEntry[] }) {
  const { t } = useTranslation()
  const words = usePresenceWords()
  const target = contact.addresses[0]?.target ?? ''
  const rings = takeable(contact, entries)
  const presence = presenceOf(target, entries)
  const { speedDial } = contact
  return (
    <UnstyledButton
      className={classes['key']}
      data-rings={rings !== undefined || undefined}
      data-test="lamp-key"
      onClick={() => void (rings === undefined ? dial(target) : pickUp(rings))}
    >
      <span className={classes['lamp']}>{presence !== undefined && <Lamp state={presence.lamp} size={14} />}</span>
      <span className={classes['words']}>
        <VisuallyHidden>{t(rings === undefined ? 'dial.call' : 'contacts.pickUp')}</VisuallyHidden>
        <bdi className={classes['name']}>{plainText(titleOf(contact), 80)}</bdi>
        <span className={classes['second']}>
          {rings !== undefined
            ? t('contacts.pickUp')
            : presence !== undefined
              ? // What a server answered is told where there is room for it.
                words(presence.words === 'notTold' ? { ...presence, words: 'unknown' } : presence)
              : contact.name !== '' && <bdi className={classes['mono']}>{plainText(target, 80)}</bdi>}
        </span>
      </span>
      {speedDial !== undefined && (
        <>
          <span className={classes['digit']} aria-hidden>
            {speedDial}
          </span>
          <VisuallyHidden>{t('contacts.key', { n: speedDial })}</VisuallyHidden>
        </>
      )}
    </UnstyledButton>
  )
}
