import type { Clock, EventAgent, Log, Notify, Subscribe, Subscription, Trace } from './ports.ts'
import {
  newSubscription,
  step,
  type Subscribed,
  type SubscriptionInput,
  type SubscriptionOutput,
} from './subscription.ts'

interface SubscriptionEnvironment {
  readonly agent: Pick<EventAgent, 'subscribe'>
  readonly clock: Clock
  readonly log: Log
  readonly trace: Pick<Trace, 'noteInput'>
  readonly what: Subscribe
  readonly onNotify: (notify: Notify) => void
  readonly onChanged: () => void
}

/** The subscription machine at work: sends what it says, and keeps its timer. */
export class SubscriptionRun {
  readonly #environment: SubscriptionEnvironment
  #machine = newSubscription
  #subscription: Subscription | undefined
  #stopTimer: () => void = () => {}
  #waiting: (() => void)[] = []
  #closed = false

  constructor(environment: SubscriptionEnvironment) {
    this.#environment = environment
  }

  get shown(): Subscribed {
    return this.#machine.shown
  }

  start(seconds: number): void {
    this.#feed({ kind: 'start', seconds })
  }

  /** Resolves when nothing more is to be sent; a last NOTIFY may still come. Never rejects. */
  stop(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    const settled = new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#feed({ kind: 'stop' })
    return settled
  }

  /** The network, or our own address, is another one, or the server is back. */
  wake(): void {
    this.#feed({ kind: 'wake' })
  }

  /** All of it is to be told anew. */
  refetch(): void {
    this.#feed({ kind: 'refetch' })
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closed = true
    this.#stopTimer()
    this.#forget()
    this.#settled()
  }

  #feed(input: SubscriptionInput): void {
    if (this.#closed) return
    const { clock, trace, what } = this.#environment
    trace.noteInput('subscription', `${what.event} ${what.uri}`, input)
    const [machine, outputs] = step(this.#machine, input, clock.now())
    this.#machine = machine
    for (const output of outputs) this.#act(output)
  }

  #act(output: SubscriptionOutput): void {
    const { clock, onChanged } = this.#environment
    switch (output.kind) {
      case 'send':
        if (output.fresh) this.#begin()
        void this.#send(output.expiresSeconds)
        return
      case 'wait':
        this.#stopTimer()
        this.#stopTimer = clock.after(output.ms, () => this.#feed({ kind: 'timer' }))
        return
      case 'stop-waiting':
        this.#stopTimer()
        return
      case 'forget':
        this.#forget()
        return
      case 'changed':
        onChanged()
        return
      case 'settled':
        this.#settled()
    }
  }

  #begin(): void {
    const { agent, what, onNotify } = this.#environment
    this.#forget()
    const subscription = agent.subscribe(what, {
      onNotify: (notify) => {
        if (this.#subscription !== subscription) return
        // What is told goes first: a subscription that ends may tell the last state.
        onNotify(notify)
        this.#feed({ kind: 'notify', subscription: notify.subscription })
      },
    })
    this.#subscription = subscription
  }

  async #send(expiresSeconds: number): Promise<void> {
    const { log, what } = this.#environment
    const subscription = this.#subscription
    if (!subscription) return
    const answer = await subscription.send(expiresSeconds)
    const note = `subscription to ${what.event}: ${answer.status} ${answer.reason}`
    if (answer.status < 300) log.debug(note, { asked: expiresSeconds })
    else log.info(note, { asked: expiresSeconds, about: what.uri })
    // One that was forgotten meanwhile has nothing to say any more.
    if (this.#subscription === subscription) this.#feed({ kind: 'answer', answer })
  }

  #forget(): void {
    this.#subscription?.close()
    this.#subscription = undefined
  }

  #settled(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
