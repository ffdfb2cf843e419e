import type {
  EventAgent,
  FinalResponse,
  Notify,
  OutgoingMessage,
  Publish,
  PublishAnswer,
  Subscribe,
  SubscribeAnswer,
  Subscription,
  SubscriptionDelegate,
} from '../../electron/phone/ports.ts'

const ok = { status: 200, reason: 'OK', source: 'peer' } as const

/** Messages, subscriptions and publications whose servers are the test. */
export class FakeEvents implements EventAgent {
  readonly messages: OutgoingMessage[] = []
  readonly subscriptions: FakeSubscription[] = []
  readonly publishes: Publish[] = []
  messageAnswer: (message: OutgoingMessage) => FinalResponse | Promise<FinalResponse> = () => ok
  /** Granted as asked unless told otherwise. */
  subscribeAnswer: (expiresSeconds: number, of: FakeSubscription) => SubscribeAnswer | Promise<SubscribeAnswer> = (
    expiresSeconds,
  ) => ({ ...ok, grantedSeconds: expiresSeconds })
  publishAnswer: (publish: Publish) => PublishAnswer | Promise<PublishAnswer> = ({ expiresSeconds }) => ({
    ...ok,
    grantedSeconds: expiresSeconds,
    entityTag: `tag-${this.publishes.length}`,
  })

  async message(message: OutgoingMessage): Promise<FinalResponse> {
    this.messages.push(message)
    return this.messageAnswer(message)
  }

  subscribe(subscribe: Subscribe, delegate: SubscriptionDelegate): FakeSubscription {
    const subscription = new FakeSubscription(this, subscribe, delegate)
    this.subscriptions.push(subscription)
    return subscription
  }

  async publish(publish: Publish): Promise<PublishAnswer> {
    this.publishes.push(publish)
    return this.publishAnswer(publish)
  }
}

export class FakeSubscription implements Subscription {
  readonly what: Subscribe
  readonly delegate: SubscriptionDelegate
  /** What was asked for, s, one for each SUBSCRIBE. */
  readonly sent: number[] = []
  closed = false
  readonly #events: FakeEvents

  constructor(events: FakeEvents, what: Subscribe, delegate: SubscriptionDelegate) {
    this.#events = events
    this.what = what
    this.delegate = delegate
  }

  async send(expiresSeconds: number): Promise<SubscribeAnswer> {
    this.sent.push(expiresSeconds)
    return this.#events.subscribeAnswer(expiresSeconds, this)
  }

  close(): void {
    this.closed = true
  }

  /** The notifier says so. */
  notify(notify: Partial<Notify> = {}): void {
    const subscription = { state: 'active' } as const
    this.delegate.onNotify({ event: this.what.event, subscription, contentType: '', body: '', ...notify })
  }
}
