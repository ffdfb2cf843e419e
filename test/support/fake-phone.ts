import type {
  Dialog,
  DialogDelegate,
  IncomingInvite,
  IncomingRefer,
  OutgoingInviteDelegate,
  ReferDelegate,
  UserAgentDelegate,
} from '../../electron/phone/ports.ts'

/** A phone for tests: it writes down what it is told, and every place where it may throw can be made to. */
export class FakePhone implements UserAgentDelegate {
  readonly events: string[] = []
  readonly invites: IncomingInvite[] = []
  readonly dialogs: Dialog[] = []
  readonly refers: IncomingRefer[] = []
  /** Callbacks named here throw. */
  readonly throwing = new Set<string>()
  readonly #watchers = new Set<() => void>()
  onReinvite: (offer: string | undefined) => ReturnType<DialogDelegate['onReinvite']> = () => ({ sdp: sdp('reanswer') })
  /** What to do with an INVITE; by default nothing but waiting. */
  react: (invite: IncomingInvite) => void = () => {}

  /** What to do with a REFER; by default nothing but waiting. */
  refer: (refer: IncomingRefer) => void = () => {}

  onInvite(invite: IncomingInvite): void {
    this.#note('onInvite', invite.from.uri)
    this.invites.push(invite)
    invite.delegate = {
      onCancelled: (reason) => this.#note('onCancelled', reason),
      onAnswer: (answer) => this.#note('onAnswer', answer && nameOf(answer)),
      onOffer: (offer) => {
        this.#note('onOffer', nameOf(offer))
        return this.onReinvite(offer)
      },
    }
    this.react(invite)
  }

  capabilities(localAddress: string): string {
    this.#note('capabilities', localAddress)
    return sdp('capabilities')
  }

  outgoing(): OutgoingInviteDelegate {
    return {
      onProvisional: ({ status, tag, sdp: early }) => this.#note('onProvisional', status, tag, early && nameOf(early)),
      onAccepted: (dialog, answer) => {
        this.follow(dialog)
        this.#note('onAccepted', nameOf(answer))
      },
      onUpdate: (offer) => {
        this.#note('onUpdate', nameOf(offer))
        return this.onReinvite(offer)
      },
      onRejected: ({ status, source }) => this.#note('onRejected', status, source),
    }
  }

  /** Hears of a REFER of ours. */
  referral(): ReferDelegate {
    return {
      onAnswered: ({ status, subscribed }) => this.#note('onAnswered', status, subscribed ? 'subscribed' : 'alone'),
      onReport: ({ status, terminated }) => this.#note('onReport', status, terminated ? 'terminated' : 'active'),
    }
  }

  async accept(invite: IncomingInvite, body = sdp('answer')): Promise<Dialog> {
    const dialog = await invite.accept(body)
    this.follow(dialog)
    return dialog
  }

  follow(dialog: Dialog): void {
    this.dialogs.push(dialog)
    dialog.delegate = {
      onAck: (answer) => this.#note('onAck', answer && nameOf(answer)),
      onReinvite: (offer) => {
        this.#note('onReinvite', offer && nameOf(offer))
        return this.onReinvite(offer)
      },
      onInfo: (type, body) => {
        this.#note('onInfo', type, body)
        return { status: 200 }
      },
      onRefer: (refer) => {
        this.#note('onRefer', refer.target)
        this.refers.push(refer)
        this.refer(refer)
      },
      onBye: (by, reason) => this.#note('onBye', by, reason),
    }
  }

  /** Resolves when an event that begins so has happened since the last look; rejects after `withinMs` without it. */
  until(event: string, withinMs = 30_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const missing = () => reject(new Error(`${event} did not happen, but: ${this.events.join(', ')}`))
      const timer = setTimeout(missing, withinMs)
      const look = () => {
        if (!this.events.some((seen) => seen.startsWith(event))) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  /** What happened since the last look. */
  take(): string[] {
    return this.events.splice(0)
  }

  #note(event: string, ...details: (string | number | undefined)[]): void {
    this.events.push([event, ...details.filter((detail) => detail !== undefined && detail !== '')].join(' '))
    for (const look of this.#watchers) look()
    if (this.throwing.has(event)) throw new Error(`injected into ${event}`)
  }
}

/** A session description that can be told from others by its session name. */
export function sdp(name: string, port = 8000): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    `s=${name}`,
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
  ]
  return `${lines.join('\r\n')}\r\n`
}

export function nameOf(body: string): string {
  return /^s=(.*)$/m.exec(body)?.[1]?.trim() ?? '?'
}

/** Everything that the user agent may call of a phone, and that may throw. */
export const callbacks = [
  'onInvite',
  'onCancelled',
  'onProvisional',
  'onAccepted',
  'onRejected',
  'onAck',
  'onReinvite',
  'onInfo',
  'onBye',
  'capabilities',
]
