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
