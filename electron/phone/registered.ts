import type { Registration } from './shapes.ts'

/** Notices which accounts have just been registered, or under another address than before. */
export class Registered {
  readonly #contacts = new Map<string, string>()

  changed(accounts: readonly { readonly id: string; readonly registration: Registration }[]): ReadonlySet<string> {
    const anew = new Set<string>()
    for (const { id, registration } of accounts) {
      const { state, contact = '' } = registration
      // A refresh that is under way says nothing.
      if (state === 'registering') continue
      if (state !== 'registered') this.#contacts.delete(id)
      else if (this.#contacts.get(id) !== contact) {
        this.#contacts.set(id, contact)
        anew.add(id)
      }
    }
    const known = new Set(accounts.map(({ id }) => id))
    for (const id of this.#contacts.keys()) if (!known.has(id)) this.#contacts.delete(id)
    return anew
  }
}
