import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { ArrowLeft, Download, Search, Upload, UserRoundPlus } from 'lucide-react'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../electron/ipc/contract.ts'
import { Button, IconButton } from '../controls/button.tsx'
import { FileInput } from '../controls/file-input.tsx'
import { Face } from '../controls/face.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { saveFile } from '../text/save-file.ts'
import { announce } from '../shell/announce.ts'
import { useEscape } from '../shell/escape.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { exportContacts, importContacts, undoRemovedContact, useContacts } from '../state/contacts.ts'
import { usePhone } from '../state/phone.ts'
import { isolated, plainText } from '../text/plain-text.ts'
import { ContactDetails } from './contact-details.tsx'
import { ContactForm } from './contact-form.tsx'
import { NeedsYou } from './needs-you.tsx'
import { type ContactFilter, contactsFor, titleOf } from './order.ts'
import { presenceOf } from './presence.ts'
import { partyOfContact } from './who.ts'
import { usePresenceWords } from './use-presence-words.ts'
import classes from './contacts.module.css'

/** So many rows stand in the page at once; who is further down is found by the search. */
const most = 300

/** The address book: who they are, whether they are free, and how they are called. */
export function Contacts({ wide }: { wide: boolean }) {
  const { t, i18n } = useTranslation()
  const { contacts, loaded, open, editing, removing } = useContacts()
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<ContactFilter>('all')
  const search = useDeferredValue(text)
  const file = useRef<HTMLInputElement>(null)
  const there = useMemo(() => contacts.filter(({ id }) => id !== removing), [contacts, removing])
  const shown = useMemo(() => contactsFor(there, search, filter, i18n.language), [there, search, filter, i18n.language])
  const contact = there.find(({ id }) => id === open)
  const opened = contact !== undefined || open === 'new'
  const over = !wide && opened
  const close = () => useContacts.setState({ open: undefined, editing: false })
  useEscape(opened, close)
  const add = () => useContacts.setState({ open: 'new', editing: true })
  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return
    const result = await importContacts(await chosen.text())
    if (result === undefined) return
    const { added, photosLeftOut } = result
    const told = t('contacts.imported', { n: added })
    announce(photosLeftOut === 0 ? told : `${told} ${t('contacts.photosLeftOut', { n: photosLeftOut })}`)
  }
  const give = async () => {
    const vcards = await exportContacts()
    if (vcards !== undefined) saveFile('contacts.vcf', 'text/vcard', vcards)
  }
  return (
    <div className={classes['contacts']} data-wide={wide || undefined} data-test="contacts">
      <section className={classes['pane']} data-pane tabIndex={-1} hidden={over} aria-label={t('tab.contacts')}>
        <VisuallyHidden component="h1">{t('tab.contacts')}</VisuallyHidden>
        <div className={classes['head']}>
          <div className={classes['row']}>
            <label className={classes['search']}>
              <Search size={16} />
              <input
                type="search"
                data-search-field
                aria-label={t('contacts.search')}
                placeholder={t('contacts.search')}
                autoComplete="off"
                spellCheck={false}
                maxLength={100}
                value={text}
                onChange={({ target }) => setText(target.value)}
              />
            </label>
            <IconButton icon={UserRoundPlus} label={t('contacts.add')} onClick={add} test="add-contact" />
          </div>
          <div className={classes['row']}>
            <Segmented
              small
              label={t('contacts.filter')}
              value={filter}
              choices={[
                { value: 'all', label: t('log.all') },
                { value: 'watched', label: t('contacts.watched') },
                { value: 'speedDial', label: t('contacts.speedDial') },
              ]}
              onChange={setFilter}
            />
            <span className={classes['gap']} />
            <IconButton
              icon={Upload}
              iconSize={16}
              label={t('contacts.import')}
              onClick={() => file.current?.click()}
              test="import-contacts"
            />
            <IconButton
              icon={Download}
              iconSize={16}
              label={t('contacts.export')}
              onClick={() => void give()}
              test="export-contacts"
            />
            <FileInput
              ref={file}
              accept=".vcf,text/vcard"
              label={t('contacts.import')}
              onPick={([picked]) => void take(picked)}
            />
          </div>
        </div>
        <ProblemNote what={['contacts', 'pickUp']} />
        <NeedsYou contacts={there} />
        {shown.length === 0 && loaded ? (
          <Nothing text={text} filter={filter} onAdd={add} />
        ) : (
          <ul className={classes['list']} aria-label={t('tab.contacts')}>
            {shown.slice(0, most).map((one) => (
              <li key={one.id}>
                <ContactRow contact={one} selected={one.id === open} />
              </li>
            ))}
            {shown.length > most && (
              <li className={classes['more']}>{t('contacts.more', { n: shown.length - most })}</li>
            )}
          </ul>
        )}
      </section>
      {(wide || over) && (
        <section className={classes['details']} data-pane tabIndex={-1} aria-label={t('contacts.details')}>
          {over && (
            <div className={classes['back']}>
              <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={close} test="back" />
              <span>{t('tab.contacts')}</span>
            </div>
          )}
          {open === 'new' ? (
            <ContactForm key="new" contact={undefined} />
          ) : contact === undefined ? (
            <p className={classes['nothingOpen']}>{t('contacts.choose')}</p>
          ) : editing ? (
            <ContactForm key={contact.id} contact={contact} />
          ) : (
            <ContactDetails key={contact.id} contact={contact} />
          )}
        </section>
      )}
      {removing !== undefined && (
        <div className={classes['undo']} role="status" data-test="undo-contact">
          <span>{t('contacts.deleted')}</span>
          <Button kind="bare" size="small" onClick={undoRemovedContact}>
            {t('log.undo')}
          </Button>
        </div>
      )}
    </div>
  )
}

function ContactRow({ contact, selected }: { contact: Contact; selected: boolean }) {
  const { t } = useTranslation()
  const target = contact.addresses[0]?.target
  const entries = usePhone(({ snapshot }) => snapshot.presence)
  const presence = presenceOf(target, entries)
  const words = usePresenceWords()
  const title = plainText(titleOf(contact), 120)
  return (
    <UnstyledButton
      className={classes['contact']}
      data-test="contact-row"
      aria-current={selected || undefined}
      onClick={() => useContacts.setState({ open: contact.id, editing: false })}
      onKeyDown={moveByArrow}
    >
      <Face party={partyOfContact(contact)} lamp={presence?.lamp} />
      <span className={classes['words']}>
        <bdi className={classes['name']}>{title}</bdi>
        <span className={classes['second']}>
          {contact.name !== '' && target !== undefined && (
            <span className={classes['mono']}>{plainText(target, 80)}</span>
          )}
          {presence !== undefined && ` \u00b7 ${words(presence)}`}
        </span>
      </span>
      {contact.speedDial !== undefined && (
        <span className={classes['key']} aria-label={t('contacts.key', { n: contact.speedDial })}>
          {contact.speedDial}
        </span>
      )}
    </UnstyledButton>
  )
}

function Nothing({ text, filter, onAdd }: { text: string; filter: ContactFilter; onAdd: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={classes['nothing']} data-test="contacts-empty">
      <p>
        {text.trim() !== ''
          ? t('log.noMatch', { text: isolated(plainText(text, 60)) })
          : filter === 'watched'
            ? t('contacts.nobodyWatched')
            : filter === 'speedDial'
              ? t('contacts.noSpeedDial')
              : t('contacts.empty')}
      </p>
      <Button icon={UserRoundPlus} onClick={onAdd} test="add-first-contact">
        {t('contacts.add')}
      </Button>
    </div>
  )
}

function moveByArrow(event: React.KeyboardEvent<HTMLButtonElement>): void {
  const row = event.currentTarget.parentElement
  const next =
    event.key === 'ArrowDown'
      ? row?.nextElementSibling
      : event.key === 'ArrowUp'
        ? row?.previousElementSibling
        : undefined
  if (next === undefined) return
  next?.querySelector('button')?.focus()
  event.preventDefault()
}
