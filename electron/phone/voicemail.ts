import type { CallingAccount } from './accounts.ts'
import type { EventEnvironment } from './event-environment.ts'
import { messageSummaryType, parseMessageSummary } from './message-summary.ts'
import type { Line, Notify } from './ports.ts'
import { Registered } from './registered.ts'
import { Retired } from './retired.ts'
import type { VoicemailCount } from './shapes.ts'
import { SubscriptionRun } from './subscription-run.ts'

const subscribeSeconds = 3600

interface Box {
  readonly through: CallingAccount
  readonly run: SubscriptionRun
}

/**
 * The indicator of waiting messages (RFC 3842): asked for where the account has a voicemail number, and taken from the
 * account's own server where that tells it without being asked.
 */
export class Voicemail {
  readonly #environment: EventEnvironment
  readonly #boxes = new Map<string, Box>()
  readonly #counts = new Map<string, VoicemailCount>()
  readonly #registered = new Registered()
  readonly #retired = new Retired()
  #closed = false

  constructor(environment: EventEnvironment) {
    this.#environment = environment
  }

  /** Accounts came, went, are others, or are registered again. */
  accountsChanged(): void {
    if (this.#closed) return
    const { accounts } = this.#environment
    const described = accounts.describe()
    const anew = this.#registered.changed(described)
    // Before it is registered a server may not know it; one that never registers is known as it is.
    const ready = new Set(
      described
        .filter(({ registration: { state } }) => state === 'registered' || state === 'unregistered')
        .map(({ id }) => id),
    )
    const usable = accounts.usable()
    const wanted = usable.filter(({ settings }) => settings.voicemail !== '')
    for (const [id, { through, run }] of this.#boxes) {
      if (wanted.some(({ accountId, line }) => accountId === id && line === through.line)) continue
      this.#boxes.delete(id)
      void this.#retired.add(run)
    }
    for (const through of wanted) {
      const { accountId } = through
      const box = this.#boxes.get(accountId)
      if (box && anew.has(accountId)) box.run.wake()
      else if (!box && ready.has(accountId)) this.#boxes.set(accountId, this.#open(through))
    }
    for (const id of this.#counts.keys()) {
      if (!usable.some(({ accountId }) => accountId === id)) this.#counts.delete(id)
    }
  }

  /** The account's own server tells it without being asked. */
  onUnsolicited(line: Line, notify: Notify): void {
    const accountId = this.#environment.accounts.calling(line)?.accountId
    if (accountId !== undefined && !this.#closed) this.#read(accountId, notify)
  }

  describe(): VoicemailCount[] {
    return [...this.#counts.values()]
  }

  wake(): void {
    for (const { run } of this.#boxes.values()) run.wake()
  }

  /** Takes the subscriptions back, as far as the servers play along. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#boxes.values()].map(({ run }) => this.#retired.add(run)))
  }

  /** Nothing is sent any more. */
  abandon(): void {
    this.#closed = true
    this.#retired.close()
  }

  #open(through: CallingAccount): Box {
    const { agent, clock, log, trace } = this.#environment
    const { from, line, accountId } = through
    const run = new SubscriptionRun({
      agent,
      clock,
      log,
      trace,
      // RFC 3842 3.1: the mailbox is that of the account's own address.
      what: { uri: from.uri, line, from, event: 'message-summary', accept: [messageSummaryType] },
      onNotify: (notify) => this.#read(accountId, notify),
      onChanged: () => {},
    })
    run.start(subscribeSeconds)
    return { through, run }
  }

  #read(accountId: string, { body }: Notify): void {
    const summary = parseMessageSummary(body)
    if (summary === undefined) return
    const { newCount, oldCount } = summary
    this.#counts.set(accountId, { accountId, newCount, oldCount })
    this.#environment.onChanged()
  }
}
