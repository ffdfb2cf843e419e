import { PhoneError } from './phone-error.ts'
import type { Store } from './ports.ts'
import { mergeSettings, type Settings } from './settings.ts'

/** The settings of a running phone: as saved, and as used, with what the command line says on top. */
export class PhoneSettings {
  readonly #store: Store
  #stored: Settings
  #inUse: Settings

  constructor(store: Store, stored: Settings, inUse: Settings) {
    this.#store = store
    this.#stored = stored
    this.#inUse = inUse
  }

  get inUse(): Settings {
    return this.#inUse
  }

  /** Validated as a whole, saved, then used. Throws a PhoneError; then nothing has changed. */
  change(patch: unknown): { readonly before: Settings; readonly now: Settings } {
    const before = this.#inUse
    const now = mergeSettings(before, patch)
    const stored = mergeSettings(this.#stored, patch)
    try {
      this.#store.saveSettings(stored)
    } catch (error) {
      throw new PhoneError('internal', 'The settings could not be saved', {}, { cause: error })
    }
    this.#stored = stored
    this.#inUse = now
    return { before, now }
  }
}
