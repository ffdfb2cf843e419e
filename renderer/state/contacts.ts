import { create } from 'zustand'
import type { Contact } from '../../electron/ipc/contract.ts'
import { phone } from './connection.ts'
import { usePhone } from './phone.ts'
import { report } from './report.ts'
import { partsOfVCards } from './vcard-parts.ts'

/** What is given of a contact; what is absent stays, null clears. */
type ContactPatch = Partial<Omit<Contact, 'speedDial' | 'note' | 'photo'>> & {
  readonly speedDial?: number | null
  readonly note?: string | null
}

/** The address book, by name. */
export const useContacts = create<{
  readonly contacts: readonly Contact[]
  readonly loaded: boolean
  /** The one that is open, or one that is being made; absent: none. */
  readonly open: number | 'new' | undefined
  readonly editing: boolean
  /** Taken away, while that can be undone. */
  readonly removing: number | undefined
}>()(() => ({ contacts: [], loaded: false, open: undefined, editing: false, removing: undefined }))

let asked = 0

export async function refreshContacts(): Promise<void> {
  const turn = ++asked
  try {
    const contacts = await phone().request('contacts.list')
    if (turn !== asked) return
    useContacts.setState({ contacts, loaded: true })
    watchThem(contacts)
  } catch (error) {
    report('contacts', error)
  }
}

/** Whoever is to be watched and is not yet: both how they are and whether their phone is busy. */
function watchThem(contacts: readonly Contact[]): void {
  const { presence } = usePhone.getState().snapshot
  for (const { watch, addresses } of contacts) {
    const target = addresses[0]?.target
    if (!watch || target === undefined || presence.some((entry) => entry.target === target)) continue
    for (const kind of ['dialog', 'presence'] as const)
      void attempt(() => phone().request('presence.watch', { target, kind }))
  }
}

export async function saveContact(contact: ContactPatch): Promise<Contact | undefined> {
  let saved: Contact | undefined
  await attempt(async () => {
    saved = await phone().request('contacts.save', { contact: contact as { id: number } })
    const target = saved.addresses[0]?.target
    if (contact.watch === false && target !== undefined) await phone().request('presence.unwatch', { target })
  })
  await refreshContacts()
  return saved
}

const removalMs = 8000
let removal: ReturnType<typeof setTimeout> | undefined

/** For 8 s it can be had back; then the phone forgets it. */
export function removeContact(id: number): void {
  commitRemovedContact()
  useContacts.setState({ removing: id, open: undefined, editing: false })
  removal = setTimeout(commitRemovedContact, removalMs)
}

export function undoRemovedContact(): void {
  clearTimeout(removal)
  useContacts.setState({ removing: undefined })
}

export function commitRemovedContact(): void {
  clearTimeout(removal)
  const { removing, contacts } = useContacts.getState()
  if (removing === undefined) return
  useContacts.setState({ removing: undefined, contacts: contacts.filter(({ id }) => id !== removing) })
  void attempt(() => phone().request('contacts.remove', { id: removing }))
}

/** One of two: the first keeps its name and takes over what only the other has. */
export function merged(kept: Contact, other: Contact): ContactPatch {
  const known = new Set(kept.addresses.map(({ target }) => target.toLowerCase()))
  const note = [kept.note, other.note].filter((text) => text !== undefined && text !== '').join('\n')
  return {
    id: kept.id,
    name: kept.name || other.name,
    addresses: [...kept.addresses, ...other.addresses.filter(({ target }) => !known.has(target.toLowerCase()))].slice(
      0,
      20,
    ),
    speedDial: kept.speedDial ?? other.speedDial ?? null,
    watch: kept.watch || other.watch,
    note: note === '' ? null : note,
  }
}

export async function mergeContacts(kept: Contact, other: Contact): Promise<void> {
  // The other one goes only once the first has all that it had.
  if ((await saveContact(merged(kept, other))) === undefined) return
  if (kept.photo === undefined && other.photo !== undefined) {
    const taken = await attempt(async () => {
      const { url } = await phone().request('contacts.photo', { id: other.id })
      await phone().request('contacts.setPhoto', { id: kept.id, photo: base64Of(url) })
    })
    if (!taken) return
  }
  await attempt(() => phone().request('contacts.remove', { id: other.id }))
  await refreshContacts()
}

/** `url`: a `data:` URL of a JPEG or PNG; null takes the picture away. */
export async function savePhoto(id: number, url: string | null): Promise<boolean> {
  const photo = url === null ? null : base64Of(url)
  const saved = await attempt(() => phone().request('contacts.setPhoto', { id, photo }))
  await refreshContacts()
  return saved
}

const base64Of = (url: string) => url.slice(url.indexOf(',') + 1)

/** How many were added, and how many pictures were not; undefined when it was no vCard. */
export async function importContacts(text: string): Promise<{ added: number; photosLeftOut: number } | undefined> {
  let [added, photosLeftOut] = [0, 0]
  const { parts, photosLeftOut: tooLarge } = partsOfVCards(text)
  const taken = await attempt(async () => {
    for (const part of parts) {
      const result = await phone().request('contacts.import', { text: part })
      added += result.added
      photosLeftOut += result.photosLeftOut ?? 0
    }
  })
  await refreshContacts()
  return taken || added > 0 ? { added, photosLeftOut: photosLeftOut + tooLarge } : undefined
}

export async function exportContacts(): Promise<string | undefined> {
  let text: string | undefined
  await attempt(async () => {
    text = (await phone().request('contacts.export')).text
  })
  return text
}

async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    report('contacts', error)
    return false
  }
}
