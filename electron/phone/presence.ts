import type { CallingAccount } from './accounts.ts'
import { asPhoneError } from './as-phone-error.ts'
import { type EventEnvironment, originator } from './event-environment.ts'
import { PhoneError } from './phone-error.ts'
import type { PresenceStatus } from './pidf.ts'
import { packages, unseen, watcherOf, type Watcher } from './presence-watch.ts'
import { type PickUp, pickUpOf } from './pick-up.ts'
import { PublicationRun } from './publication-run.ts'
import { Registered } from './registered.ts'
import { Retired } from './retired.ts'
import type { PresenceEntry, PresenceKind, Published } from './shapes.ts'
import { SubscriptionRun } from './subscription-run.ts'

interface WatchParams {
  readonly target: string
  readonly kind: PresenceKind
  readonly accountId?: string | undefined
}

interface Watch {
  readonly target: string
  readonly kind: PresenceKind
  /** As it was asked for; undefined: the default one, whichever that is. */
  readonly accountId: string | undefined
  readonly uri: string
  readonly through: CallingAccount | undefined
  readonly watcher: Watcher
  /** Undefined: its account leads nowhere now. */
  readonly run: SubscriptionRun | undefined
}

/** More lamps than any board has. */
const mostWatched = 200
const watchSeconds = 3600

/** Who is there, who talks, and what others are told of us. */
export class Presence {
  readonly #environment: EventEnvironment
  readonly #watches = new Map<string, Watch>()
  readonly #publications = new Map<string, PublicationRun>()
  readonly #registered = new Registered()
  readonly #retired = new Retired()
  #closed = false

  constructor(environment: EventEnvironment) {
    this.#environment = environment
  }

  /** Returns at once; what is seen comes with the snapshot. Throws a PhoneError. */
  watch({ target, kind, accountId }: WatchParams): void {
    if (this.#closed) throw new PhoneError('bad-state', 'The phone is shutting down')
    const { uri, through } = this.#environment.accounts.dial(target, accountId)
    const key = `${kind} ${uri}`
    const before = this.#watches.get(key)
    if (before && before.accountId === accountId && before.target === target) return
    if (!before && this.#watches.size >= mostWatched) {
      throw new PhoneError('bad-state', `No more than ${mostWatched} can be watched`)
    }
    if (before?.run) void this.#retired.add(before.run)
    this.#watches.set(key, this.#begin({ target, kind, accountId }, uri, through))
    this.#environment.onChanged()
  }

  /** Both kinds of it. Throws PhoneError `not-found`. */
  unwatch(target: string): void {
    const found = [...this.#watches].filter(([, watch]) => watch.target === target || watch.uri === target)
    if (found.length === 0) throw new PhoneError('not-found', `Nobody watches ${target}`, { field: 'target' })
    for (const [key, { run }] of found) {
      this.#watches.delete(key)
      if (run) void this.#retired.add(run)
    }
    this.#environment.onChanged()
  }

  /** Resolves when the server has taken it. Rejects with a PhoneError. */
  async publish(accountId: string, status: PresenceStatus): Promise<void> {
    if (this.#closed) throw new PhoneError('bad-state', 'The phone is shutting down')
    const through = this.#usable(accountId)
    const known = this.#publications.get(accountId)
    const run = known?.through.line === through.line ? known : this.#newPublication(through)
    const settled = run.set(status)
    this.#environment.onChanged()
    const answer = await settled
    this.#environment.onChanged()
    if (answer === undefined || answer.status < 300) return
    const { status: sipCode, reason, source } = answer
    if (source === 'timeout') throw new PhoneError('timeout', 'The server does not answer; it is told later')
    if (source === 'unreachable') throw new PhoneError('unreachable', `The server cannot be reached: ${reason}`)
    throw new PhoneError('rejected', `The server answered ${sipCode} ${reason}`, { sipCode, reason })
  }

  describe(): PresenceEntry[] {
    return [...this.#watches.values()].map((watch) => {
      const { target, kind, uri, through, watcher, run } = watch
      const { state, code, reason } = run?.shown ?? { state: 'failed', reason: 'The account cannot be used' }
      const subscription = state === 'off' ? 'subscribing' : state
      // What was seen before the server let go of us may be wrong by now.
      const seen = subscription === 'failed' ? unseen : watcher.seen
      const pickUp = pickUpAt(watch)
      return {
        target,
        kind,
        uri,
        ...(through && { accountId: through.accountId }),
        ...seen,
        ...(seen.state === 'ringing' && pickUp && { pickUp: pickUp.replaces === undefined ? 'code' : 'replaces' }),
        subscription,
        ...(code !== undefined && { code }),
        ...(reason !== undefined && { reason }),
      }
    })
  }

  /** How the call that rings there is taken. Throws PhoneError `not-found`: nobody watches them; `bad-state`: no way. */
  pickUp(target: string): PickUp & { readonly accountId: string | undefined } {
    const watches = [...this.#watches.values()].filter((watch) => watch.target === target || watch.uri === target)
    if (watches.length === 0) throw new PhoneError('not-found', `Nobody watches ${target}`, { field: 'target' })
    for (const watch of watches) {
      const way = pickUpAt(watch)
      if (way !== undefined) return { ...way, accountId: watch.through?.accountId }
    }
    throw new PhoneError('bad-state', 'No call rings there that can be picked up')
  }

  /** What was asked for last and not refused. */
  own(): { readonly published?: readonly Published[] } {
    const published = [...this.#publications].flatMap(([accountId, { wanted: status }]) =>
      status === undefined ? [] : [{ accountId, status }],
    )
    return published.length > 0 ? { published } : {}
  }

  /** Accounts came, went, are others, or are registered again. */
  accountsChanged(): void {
    if (this.#closed) return
    const { accounts } = this.#environment
    const anew = this.#registered.changed(accounts.describe())
    for (const [key, watch] of this.#watches) this.#follow(key, watch, anew)
    for (const [id, run] of this.#publications) this.#followPublication(id, run, anew)
  }

  wake(): void {
    for (const { run } of this.#watches.values()) run?.wake()
    for (const run of this.#publications.values()) run.wake()
  }

  /** Takes it all back, as far as the servers play along. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    const runs = [...this.#watches.values()].flatMap(({ run }) => (run ? [run] : []))
    this.#watches.clear()
    await Promise.all([
      ...runs.map((run) => this.#retired.add(run)),
      ...[...this.#publications.values()].map((run) => run.remove()),
    ])
  }

  /** Nothing is sent any more. */
  abandon(): void {
    this.#closed = true
    this.#retired.close()
    for (const run of this.#publications.values()) run.close()
  }

  #begin(asked: WatchParams, uri: string, through: CallingAccount | undefined): Watch {
    const { target, kind, accountId } = asked
    const { agent, clock, log, trace, identity, onChanged } = this.#environment
    const watcher = watcherOf(kind)
    const run: SubscriptionRun = new SubscriptionRun({
      agent,
      clock,
      log,
      trace,
      what: { uri, from: originator(through, identity), ...packages[kind], ...(through && { line: through.line }) },
      onNotify: (notify) => {
        if (!watcher.read(notify)) run.refetch()
        onChanged()
      },
      onChanged,
    })
    run.start(watchSeconds)
    return { target, kind, accountId, uri, through, watcher, run }
  }

  #follow(key: string, watch: Watch, anew: ReadonlySet<string>): void {
    const { accounts, log } = this.#environment
    const { target, accountId, uri: before, through: old, run } = watch
    try {
      const { uri, through } = accounts.dial(target, accountId)
      if (run && uri === before && through?.line === old?.line) {
        if (through && anew.has(through.accountId)) run.wake()
        return
      }
      if (run) void this.#retired.add(run)
      this.#watches.delete(key)
      this.#watches.set(`${watch.kind} ${uri}`, this.#begin(watch, uri, through))
    } catch (error) {
      log.debug('somebody cannot be watched now', { error: asPhoneError(error).message })
      if (run) void this.#retired.add(run)
      this.#watches.set(key, { ...watch, run: undefined })
    }
  }

  #followPublication(id: string, run: PublicationRun, anew: ReadonlySet<string>): void {
    const through = this.#environment.accounts.usable().find(({ accountId }) => accountId === id)
    if (through?.line === run.through.line) {
      if (anew.has(id)) run.wake()
      return
    }
    const status = run.wanted
    this.#retirePublication(id, run)
    if (through && status !== undefined) void this.#newPublication(through).set(status)
  }

  #newPublication(through: CallingAccount): PublicationRun {
    const { agent, clock, log, trace } = this.#environment
    const { accountId } = through
    const before = this.#publications.get(accountId)
    if (before) this.#retirePublication(accountId, before)
    const run = new PublicationRun({ agent, clock, log, trace, through })
    this.#publications.set(accountId, run)
    return run
  }

  #retirePublication(id: string, run: PublicationRun): void {
    this.#publications.delete(id)
    void run.remove().then(() => run.close())
  }

  #usable(id: string): CallingAccount {
    const { accounts } = this.#environment
    const through = accounts.usable().find(({ accountId }) => accountId === id)
    if (through) return through
    if (accounts.describe().some((account) => account.id === id)) {
      throw new PhoneError('bad-state', 'The account is not enabled, or lacks a Username or Domain/Realm')
    }
    throw new PhoneError('not-found', `There is no account ${id}`, { field: 'accountId' })
  }
}

/** Undefined: nothing rings there, or nothing that could be taken. */
function pickUpAt({ kind, watcher, uri, through, run }: Watch): PickUp | undefined {
  if (kind !== 'dialog' || run?.shown.state !== 'active' || watcher.seen.state !== 'ringing') return undefined
  return pickUpOf(watcher.ringing, uri, through?.settings.pickupCode)
}
