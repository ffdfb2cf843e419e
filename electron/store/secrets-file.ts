import type { Secrets } from '../phone/ports.ts'
import { StoreError } from '../phone/ports.ts'
import { writeSettingsFile } from './settings-file.ts'

/**
 * Passwords in a file that only its owner can read. An entry is `{"plain": ...}`; any other kind was written by
 * something that only the desktop can open (the system's keychain).
 */
export class SecretsFile implements Secrets {
  readonly #path: string
  #entries: ReadonlyMap<string, unknown>

  /** `stored`: the parsed file, undefined when there is none. */
  constructor(path: string, stored: unknown) {
    this.#path = path
    this.#entries = new Map(Object.entries(isRecord(stored) ? stored : {}))
  }

  has(id: string): boolean {
    return this.#entries.has(id)
  }

  read(id: string): string | undefined {
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    if (isRecord(entry) && typeof entry['plain'] === 'string') return entry['plain']
    throw new StoreError(
      'secret-unavailable',
      "The password of this account is kept in the system's keychain and cannot be read here: start the desktop phone, or give it in DIALTONE_PASSWORD",
    )
  }

  write(id: string, secret: string | undefined): void {
    const entries = new Map(this.#entries)
    if (secret === undefined) entries.delete(id)
    else entries.set(id, { plain: secret })
    writeSettingsFile(this.#path, Object.fromEntries(entries))
    this.#entries = entries
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
