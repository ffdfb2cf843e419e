import type { Keychain, Log, Secrets } from '../phone/ports.ts'
import { StoreError } from '../phone/ports.ts'
import { writeSettingsFile } from './settings-file.ts'

type Protecting = Extract<Keychain, { readonly protects: true }>

/**
 * Passwords in a file that only its owner can read. An entry is `{"plain": ...}`, or `{"sealed": ...}` (base64) where
 * the system's keychain could protect it; any other kind was written by something newer.
 */
export class SecretsFile implements Secrets {
  readonly #path: string
  readonly #problems: string[]
  #entries: ReadonlyMap<string, unknown>
  #keychain: Promise<Keychain> | undefined
  #askKeychain: (() => Promise<Keychain>) | undefined
  #log: Log | undefined
  /** What the keychain opened, and what was written since. */
  readonly #known = new Map<string, string>()
  /** Being sealed: not in the file yet. */
  readonly #pending = new Map<string, string>()
  /** How often an entry was written: what was sealed for an earlier one is too late. */
  readonly #turns = new Map<string, number>()
  #closed = false

  /** `stored`: the parsed file, undefined when there is none. `problems`: what to tell the user is added to it. */
  constructor(path: string, stored: unknown, problems: string[] = []) {
    this.#path = path
    this.#problems = problems
    this.#entries = new Map(Object.entries(isRecord(stored) ? stored : {}))
  }

  /**
   * From now on passwords are sealed where there is a keychain, those that lie there in plain first; what was sealed
   * can be read. `ask` is called when there is, for the first time, something to protect. Never rejects.
   */
  async unlock(ask: () => Promise<Keychain>, log: Log): Promise<void> {
    this.#askKeychain = ask
    this.#log = log
    if (this.#entries.size === 0) return
    const keychain = await this.#ask()
    if (!keychain.protects) return
    for (const [id, entry] of this.#entries)
      if (isRecord(entry) && typeof entry['sealed'] === 'string') await this.#open(id, entry['sealed'], keychain)
    for (const [id, entry] of this.#entries)
      if (isRecord(entry) && typeof entry['plain'] === 'string') {
        this.#known.set(id, entry['plain'])
        await this.#seal(id, entry['plain'], keychain)
      }
  }

  has(id: string): boolean {
    return this.#known.has(id) || this.#entries.has(id)
  }

  read(id: string): string | undefined {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const entry = this.#entries.get(id)
    if (entry === undefined) return undefined
    if (isRecord(entry) && typeof entry['plain'] === 'string') return entry['plain']
    throw new StoreError(
      'secret-unavailable',
      this.#askKeychain === undefined
        ? "The password of this account is kept in the system's keychain and cannot be read here: start the desktop phone, or give it in DIALTONE_PASSWORD"
        : "The password of this account cannot be read from the system's keychain: unlock the keychain and start Dialtone again, or enter the password anew",
    )
  }

  /** With a keychain it is sealed first, which takes a moment: until then it is only in memory. */
  write(id: string, secret: string | undefined): void {
    this.#turns.set(id, this.#turnOf(id) + 1)
    this.#known.delete(id)
    this.#pending.delete(id)
    if (secret === undefined) return this.#keep(id, undefined)
    if (this.#askKeychain === undefined || this.#closed) return this.#keep(id, { plain: secret })
    this.#known.set(id, secret)
    this.#pending.set(id, secret)
    const turn = this.#turnOf(id)
    void this.#ask().then((keychain) => this.#seal(id, secret, keychain, turn))
  }

  /** What has not been sealed yet is kept as it is; the next start seals it. */
  close(): void {
    this.#closed = true
    for (const [id, secret] of this.#pending) this.#keep(id, { plain: secret })
    this.#pending.clear()
  }

  async #open(id: string, sealed: string, keychain: Protecting): Promise<void> {
    try {
      const { secret, stale } = await keychain.open(Buffer.from(sealed, 'base64'))
      this.#known.set(id, secret)
      if (stale) await this.#seal(id, secret, keychain)
    } catch (error) {
      this.#log?.warn('a password was not read from the keychain', { error })
    }
  }

  /** Never rejects. */
  async #seal(id: string, secret: string, keychain: Keychain, turn = this.#turnOf(id)): Promise<void> {
    let entry: Readonly<Record<string, string>> = { plain: secret }
    if (keychain.protects) {
      try {
        entry = { sealed: Buffer.from(await keychain.seal(secret)).toString('base64') }
      } catch (error) {
        this.#warn(`the keychain refused one (${saidBy(error)})`)
      }
    }
    if (this.#closed || this.#turnOf(id) !== turn) return
    try {
      this.#keep(id, entry)
      this.#pending.delete(id)
    } catch (error) {
      this.#log?.error('a password was not saved', { error })
    }
  }

  #turnOf(id: string): number {
    return this.#turns.get(id) ?? 0
  }

  #ask(): Promise<Keychain> {
    this.#keychain ??= (this.#askKeychain?.() ?? Promise.reject(new Error('there is none'))).catch(
      (error: unknown): Keychain => ({
        protects: false,
        why: `the keychain does not answer (${saidBy(error)})`,
      }),
    )
    return this.#keychain.then((keychain) => {
      if (!keychain.protects) this.#warn(keychain.why)
      return keychain
    })
  }

  #warn(why: string): void {
    const problem = `Passwords are not protected by a keychain, for ${why}. They lie in ${this.#path}, which only you can read.`
    if (this.#problems.includes(problem)) return
    this.#problems.push(problem)
    this.#log?.warn(problem)
  }

  #keep(id: string, entry: Readonly<Record<string, string>> | undefined): void {
    const entries = new Map(this.#entries)
    if (entry === undefined) entries.delete(id)
    else entries.set(id, entry)
    writeSettingsFile(this.#path, Object.fromEntries(entries))
    this.#entries = entries
  }
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
