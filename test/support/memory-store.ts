import type { Contact } from '../../electron/phone/contact.ts'
import type { Store } from '../../electron/phone/ports.ts'
import type { LogEntry } from '../../electron/phone/shapes.ts'

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
