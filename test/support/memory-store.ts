import { addressKey } from '../../electron/phone/address-key.ts'
import type { Contact } from '../../electron/phone/contact.ts'
import type { Store } from '../../electron/phone/ports.ts'
import type { LogEntry } from '../../electron/phone/shapes.ts'
import type { TextMessage } from '../../electron/phone/text-message.ts'
import { conversationsOf } from './conversations.ts'

/** A store without a disk; `entries` newest last. */
export class MemoryStore implements Store {
  readonly dataFolder = '/nowhere'
  readonly problems: string[] = []
  storedSettings: unknown = undefined
  readonly saved: unknown[] = []
  storedAccounts: unknown = undefined
  readonly savedAccounts: unknown[] = []
  storedCertificates: unknown = undefined
  readonly savedCertificates: unknown[] = []
  readonly passwords = new Map<string, string>()
  entries: LogEntry[] = []
  closed = false

  readonly callLog: Store['callLog'] = {
    append: (entry) => {
      const logged = { id: this.entries.length + 1, ...entry }
      this.entries.push(logged)
      return logged
    },
    list: () => this.entries.toReversed(),
    remove: (ids) => {
      this.entries = this.entries.filter(({ id }) => !ids.includes(id))
    },
    clear: () => {
      this.entries = []
    },
  }

  people: Contact[] = []

  readonly contacts: Store['contacts'] = {
    size: 0,
    list: (search) => this.people.filter(({ name }) => name.includes(search)),
    get: (wanted) => this.people.find(({ id }) => id === wanted),
    add: (contacts) => {
      const added = contacts.map((contact, n) => ({ id: this.people.length + n + 1, ...contact }))
      this.people.push(...added)
      return added
    },
    change: (contact) => {
      this.people = this.people.map((one) => (one.id === contact.id ? contact : one))
      return contact
    },
    remove: (gone) => {
      this.people = this.people.filter(({ id }) => id !== gone)
    },
    photoBytes: 0,
    photo: () => undefined,
    setPhoto: () => {},
  }

  texts: TextMessage[] = []

  readonly messages: Store['messages'] = {
    add: (message) => {
      const kept = { id: this.texts.length + 1, with: addressKey(message.uri), ...message }
      this.texts.push(kept)
      return kept
    },
    get: (wanted) => this.texts.find(({ id }) => id === wanted),
    settle: (settled, delivery) => {
      this.texts = this.texts.map((one) => (one.id === settled ? { ...one, delivery } : one))
    },
    settleLeft: (delivery) => {
      this.texts = this.texts.map((one) => (one.delivery?.state === 'sending' ? { ...one, delivery } : one))
    },
    conversations: () => conversationsOf(this.texts),
    list: ({ with: peer, limit = 50, before = Infinity }) =>
      this.texts
        .filter((one) => one.with === peer && one.id < before)
        .toReversed()
        .slice(0, limit),
    search: ({ text, limit = 50, before = Infinity }) =>
      this.texts
        .filter((one) => one.id < before && one.text.toLowerCase().includes(text.toLowerCase()))
        .toReversed()
        .slice(0, limit),
    markRead: (peer) => {
      const before = this.texts
      this.texts = before.map((one) => (one.with === peer ? { ...one, unread: false } : one))
      return before.some((one) => one.with === peer && one.unread)
    },
    remove: (peer, upTo = Infinity) => {
      this.texts = this.texts.filter((one) => one.with !== peer || one.id > upTo)
    },
  }

  newRecording(name: string): string {
    return `/nowhere/${name}.wav`
  }

  readonly secrets: Store['secrets'] = {
    read: (id) => this.passwords.get(id),
    has: (id) => this.passwords.has(id),
    write: (id, secret) => {
      if (secret === undefined) this.passwords.delete(id)
      else this.passwords.set(id, secret)
    },
  }

  saveCertificates(certificates: unknown): void {
    this.savedCertificates.push(certificates)
  }

  saveAccounts(accounts: unknown): void {
    this.savedAccounts.push(accounts)
  }

  saveSettings(settings: unknown): void {
    this.saved.push(settings)
  }

  close(): void {
    this.closed = true
  }
}
