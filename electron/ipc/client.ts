import type { NotificationName } from './contract.ts'

/** What only those hear who have asked for it: too much for everybody. */
const onRequest: ReadonlySet<NotificationName> = new Set<NotificationName>(['trace.message'])

/** Whoever is at the other end of a carrier: a window, a page, a program. Each asks for itself alone. */
export class Client {
  readonly #asked = new Set<NotificationName>()
  readonly #leaving = new Set<() => void>()
  #gone = false

  hears(name: NotificationName): boolean {
    return !onRequest.has(name) || this.#asked.has(name)
  }

  asks(name: NotificationName, on: boolean): void {
    if (on) this.#asked.add(name)
    else this.#asked.delete(name)
  }

  /** Whether it has left; what was under way may still be answered. */
  get gone(): boolean {
    return this.#gone
  }

  onGone(listener: () => void): void {
    this.#leaving.add(listener)
  }

  leave(): void {
    this.#gone = true
    this.#asked.clear()
    for (const listener of this.#leaving) listener()
    this.#leaving.clear()
  }
}

/** The clients that hear one kind of notification; it is made only while there is one. */
export class Audience {
  readonly #name: NotificationName
  readonly #onSome: (some: boolean) => void
  readonly #members = new Set<Client>()

  constructor(name: NotificationName, onSome: (some: boolean) => void) {
    this.#name = name
    this.#onSome = onSome
  }

  set(client: Client, on: boolean): void {
    if (on && client.gone) return
    client.asks(this.#name, on)
    if (on === this.#members.has(client)) return
    if (on) {
      this.#members.add(client)
      client.onGone(() => this.#remove(client))
      if (this.#members.size === 1) this.#onSome(true)
    } else this.#remove(client)
  }

  #remove(client: Client): void {
    if (this.#members.delete(client) && this.#members.size === 0) this.#onSome(false)
  }
}
