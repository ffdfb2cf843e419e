import { Switch } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../electron/ipc/contract.ts'
import { Button, IconButton } from '../controls/button.tsx'
import { Choice } from '../settings/choice.tsx'
import { saveContact, savePhoto, useContacts } from '../state/contacts.ts'
import { PhotoField } from './photo-field.tsx'
import { partyOfContact } from './who.ts'
import classes from './contacts.module.css'

const unsaved = { id: 0, watch: false } as const

/** Adds somebody, or changes them. */
export function ContactForm({ contact }: { contact: Contact | undefined }) {
  const { t } = useTranslation()
  const id = useId()
  const [name, setName] = useState(contact?.name ?? '')
  const [addresses, setAddresses] = useState(contact?.addresses.map(({ target }) => target) ?? [''])
  const [speedDial, setSpeedDial] = useState(contact?.speedDial)
  const [watch, setWatch] = useState(contact?.watch ?? false)
  const [note, setNote] = useState(contact?.note ?? '')
  const [photo, setPhoto] = useState<string | null>()
  const [pressed, setPressed] = useState(false)
  const given = addresses.map((target) => target.trim()).filter((target) => target !== '')
  const empty = name.trim() === '' && given.length === 0
  const save = async () => {
    if (empty) return setPressed(true)
    const labels = new Map(contact?.addresses.map(({ target, label }) => [target, label]))
    const saved = await saveContact({
      ...(contact !== undefined && { id: contact.id }),
      name: name.trim(),
      addresses: given.map((target) => {
        const label = labels.get(target)
        return label === undefined ? { target } : { target, label }
      }),
      speedDial: speedDial ?? null,
      watch,
      note: note.trim() === '' ? null : note.trim(),
    })
    if (saved === undefined) return
    const complete = photo === undefined || (await savePhoto(saved.id, photo))
    useContacts.setState({ open: saved.id, ...(complete && { editing: false }) })
  }
  const cancel = () => useContacts.setState({ editing: false, ...(contact === undefined && { open: undefined }) })
  const change = (index: number, target: string) =>
    setAddresses(addresses.map((one, place) => (place === index ? target : one)))
  return (
    <form
      className={classes['card']}
      data-test="contact-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <h1 className={classes['title']}>{contact === undefined ? t('contacts.add') : t('contacts.edit')}</h1>
      <PhotoField
        party={partyOfContact({ ...unsaved, ...contact, name, addresses: given.map((target) => ({ target })) })}
        chosen={photo}
        onChoose={setPhoto}
      />
      <label className={classes['labelled']}>
        {t('contacts.name')}
        <input
          autoFocus
          value={name}
          maxLength={500}
          autoComplete="off"
          aria-invalid={(pressed && empty) || undefined}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      {pressed && empty && (
        <p className={classes['wrong']} role="alert">
          {t('contacts.needsSomething')}
        </p>
      )}
      {addresses.map((target, index) => (
        <div key={index} className={classes['row']}>
          <label className={classes['labelled']}>
            {index === 0 ? t('contacts.address') : t('contacts.furtherAddress')}
            <input
              data-mono
              value={target}
              maxLength={500}
              autoComplete="off"
              spellCheck={false}
              placeholder="1002@office.lan"
              onChange={(event) => change(index, event.target.value)}
            />
          </label>
          {index > 0 && (
            <IconButton
              icon={X}
              iconSize={16}
              label={t('contacts.dropAddress')}
              onClick={() => setAddresses(addresses.filter((_, place) => place !== index))}
            />
          )}
        </div>
      ))}
      {addresses.length < 20 && (
        <Button
          kind="bare"
          icon={Plus}
          className={classes['left'] ?? ''}
          onClick={() => setAddresses([...addresses, ''])}
        >
          {t('contacts.furtherAddress')}
        </Button>
      )}
      <Choice
        label={t('contacts.speedDial')}
        value={String(speedDial ?? '')}
        options={[
          { value: '', label: t('contacts.noKey') },
          ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((value) => ({ value, label: value })),
        ]}
        onChange={(value) => setSpeedDial(value === '' ? undefined : Number(value))}
      />
      <div className={classes['row']}>
        <Switch id={id} checked={watch} onChange={({ currentTarget }) => setWatch(currentTarget.checked)} />
        <label htmlFor={id}>{t('contacts.watch')}</label>
      </div>
      <label className={classes['labelled']}>
        {t('contacts.note')}
        <textarea rows={2} value={note} maxLength={4000} onChange={({ target }) => setNote(target.value)} />
      </label>
      <div className={classes['buttons']}>
        <Button size="medium" onClick={cancel}>
          {t('cancel')}
        </Button>
        <Button size="medium" kind="primary" onClick={() => void save()} test="save-contact">
          {t('contacts.save')}
        </Button>
      </div>
    </form>
  )
}
