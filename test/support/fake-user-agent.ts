import type {
  Dialog,
  DialogDelegate,
  FinalResponse,
  IncomingInvite,
  IncomingInviteDelegate,
  Invite,
  Refer,
  ReferDelegate,
  Line,
  LineOptions,
  ListeningPoint,
  Register,
  RegisterAnswer,
  Route,
  SeenAddress,
  OutgoingInvite,
  OutgoingInviteDelegate,
  StartUserAgent,
  UserAgent,
  UserAgentDelegate,
} from '../../electron/phone/ports.ts'
import { UserAgentError } from '../../electron/phone/ports.ts'
import { FakeEvents } from './fake-events.ts'

/** A user agent whose peers are the test. */
export class FakeUserAgent extends FakeEvents implements UserAgent {
  listening: readonly ListeningPoint[] = []
  readonly invites: FakeOutgoing[] = []
  readonly lines: FakeLine[] = []
  /** Ports that somebody else has. */
  readonly taken = new Set<number>()
  readonly tried: number[] = []
  localAddress = '192.0.2.1'
  remoteAddress = '192.0.2.2'
  /** Makes `route` fail. */
  routeFault: UserAgentError | undefined
  optionsAnswer: FinalResponse = { status: 200, reason: 'OK', source: 'peer' }
  closed = false
  delegate: UserAgentDelegate | undefined
  #calls = 0

  readonly start: StartUserAgent = async ({ address, port }, delegate) => {
    this.tried.push(port)
    if (this.taken.has(port)) throw new UserAgentError('port-in-use', `port ${port} is taken`)
    this.delegate = delegate
    this.listening = [{ transport: 'udp', address: address || '0.0.0.0', port: port || 40_000 }]
    return this
  }

  async route(): Promise<Route> {
    if (this.routeFault !== undefined) throw this.routeFault
    const { localAddress, remoteAddress } = this
    return { localAddress, remoteAddress, remotePort: 5060, transport: 'udp' }
  }

  /** What the STUN servers say, in turn. */
  readonly asked: string[] = []
  seen: SeenAddress | UserAgentError = new UserAgentError('unreachable', 'no answer')

  async discover(server: string) {
    this.asked.push(server)
    if (this.seen instanceof UserAgentError) throw this.seen
    return { server: { address: '203.0.113.9', port: 3478 }, seen: this.seen }
  }

  invite(invite: Invite, delegate: OutgoingInviteDelegate): OutgoingInvite {
    const outgoing = new FakeOutgoing(invite, delegate, `call-${++this.#calls}@fake`)
    this.invites.push(outgoing)
    return outgoing
  }

  async options(): Promise<FinalResponse> {
    return this.optionsAnswer
  }

  networkChanges = 0

  networkChanged(): void {
    this.networkChanges++
  }

  openLine(options: LineOptions): FakeLine {
    const line = new FakeLine(options)
    this.lines.push(line)
    return line
  }

  async close(): Promise<void> {
    this.closed = true
  }

  /** Somebody calls. */
  call(options: Partial<FakeIncoming> = {}): FakeIncoming {
    const incoming = new FakeIncoming(`in-${++this.#calls}@fake`)
    Object.assign(incoming, options)
    this.delegate?.onInvite(incoming)
    return incoming
  }
}

/** An account's way to its registrar, which is the test. */
class FakeLine implements Line {
  options: LineOptions
  readonly registers: Register[] = []
  onFlowLost: (() => void) | undefined
  closed = false
  /** What the registrar says; granted as asked unless told otherwise. */
  answer: (register: Register) => RegisterAnswer | Promise<RegisterAnswer> = ({ expiresSeconds }) => ({
    status: 200,
    reason: 'OK',
    source: 'peer',
    bindings: [],
    contact: 'sip:me@192.0.2.1',
    ...(expiresSeconds !== undefined && { grantedSeconds: expiresSeconds }),
  })

  constructor(options: LineOptions) {
    this.options = options
  }

  async register(register: Register): Promise<RegisterAnswer> {
    this.registers.push(register)
    return this.answer(register)
  }

  change(options: LineOptions): void {
    this.options = options
  }

  close(): void {
    this.closed = true
  }
}

class FakeOutgoing implements OutgoingInvite {
  readonly sipCallId: string
  readonly localTag = 'me'
  readonly invite: Invite
  readonly delegate: OutgoingInviteDelegate
  cancelled = false
  cancelReason: string | undefined
  canUpdate = false
  readonly updates: string[] = []
  /** The peer's answer to our UPDATE. */
  onUpdate: (offer: string) => Promise<FinalResponse & { answer?: string }> = async () => ({
    status: 488,
    reason: 'Not Acceptable Here',
    source: 'peer',
  })

  constructor(invite: Invite, delegate: OutgoingInviteDelegate, sipCallId: string) {
    this.invite = invite
    this.delegate = delegate
    this.sipCallId = sipCallId
  }

  async update(offer: string | (() => string)): Promise<FinalResponse & { answer?: string }> {
    const sdp = typeof offer === 'string' ? offer : offer()
    this.updates.push(sdp)
    return this.onUpdate(sdp)
  }

  /** Where we are found to be, the next time. */
  movedTo: string | undefined

  async relocate(): Promise<string | undefined> {
    return this.movedTo
  }

  cancel(reason?: string): void {
    this.cancelled = true
    this.cancelReason = reason
  }

  ring(status = 180, sdp?: string, tag = 'a'): void {
    this.delegate.onProvisional({ status, reason: status === 180 ? 'Ringing' : 'Session Progress', tag, sdp })
  }

  accept(answer: string): FakeDialog {
    const dialog = new FakeDialog(this.sipCallId)
    this.delegate.onAccepted(dialog, answer)
    return dialog
  }

  reject(status: number, reason = 'No', source: FinalResponse['source'] = 'peer'): void {
    this.delegate.onRejected({ status, reason, source })
  }
}

export class FakeIncoming implements IncomingInvite {
  readonly sipCallId: string
  from: IncomingInvite['from'] = { uri: 'sip:bob@192.0.2.2', displayName: 'Bob' }
  to = { uri: 'sip:me@192.0.2.1' }
  requestUri = 'sip:me@192.0.2.1'
  source = { address: '192.0.2.2', port: 5060 }
  localAddress = '192.0.2.1'
  offer: string | undefined
  fromSelf = false
  line: IncomingInvite['line']
  replaces: IncomingInvite['replaces']
  headers: Readonly<Record<string, string>> = {}
  delegate: IncomingInviteDelegate | undefined
  diversion: { readonly uri: string; readonly reason: string } | undefined
  /** What the phone answered, in order: `180`, `200`, `486 Busy Here`, `302 sip:...`. */
  readonly answers: string[] = []
  accepted: string | undefined
  readonly dialog: FakeDialog
  /** The 200 waits for this. */
  beforeAccept: Promise<void> = Promise.resolve()
  gone = false

  constructor(sipCallId: string) {
    this.sipCallId = sipCallId
    this.dialog = new FakeDialog(sipCallId)
  }

  header(name: string): string | undefined {
    return this.headers[name]
  }

  reliable = false
  /** What it rang with. */
  rung: string | undefined

  ring(sdp?: string): void {
    this.rung = sdp
    this.answers.push('180')
  }

  async accept(sdp: string | undefined): Promise<Dialog> {
    await this.beforeAccept
    if (this.gone) throw new UserAgentError('gone', 'The INVITE is gone')
    this.accepted = sdp
    this.answers.push('200')
    return this.dialog
  }

  reject(status: number, reason = ''): void {
    this.answers.push(`${status} ${reason}`)
  }

  redirect(contacts: readonly string[], diversion?: { readonly uri: string; readonly reason: string }): void {
    this.diversion = diversion
    this.answers.push(`302 ${contacts.join(' ')}`)
  }

  cancel(reasonHeader?: string): void {
    this.gone = true
    this.delegate?.onCancelled(reasonHeader)
  }
}

export class FakeDialog implements Dialog {
  readonly sipCallId: string
  localAddress = '192.0.2.1'
  readonly remoteAddress = '192.0.2.2'
  readonly name: Dialog['name']
  remoteTarget = 'sip:bob@192.0.2.2:5070'
  readonly refers: { readonly refer: Refer; readonly delegate: ReferDelegate }[] = []
  delegate: DialogDelegate | undefined
  readonly offers: string[] = []
  readonly infos: { contentType: string; body: string }[] = []
  byes = 0
  /** The peer's answer to our re-INVITE. */
  onOffer: (offer: string) => Promise<FinalResponse & { answer?: string }> = async () => ({
    status: 488,
    reason: 'Not Acceptable Here',
    source: 'peer',
  })
  infoAnswer: FinalResponse = { status: 200, reason: 'OK', source: 'peer' }
  /** The status of the answer by content type, instead. */
  infoAnswerTo: ((contentType: string) => number) | undefined
  byeAnswered: Promise<void> = Promise.resolve()

  constructor(sipCallId: string) {
    this.sipCallId = sipCallId
    this.name = { callId: sipCallId, localTag: 'me', remoteTag: 'a' }
  }

  refer(refer: Refer, delegate: ReferDelegate): void {
    this.refers.push({ refer, delegate })
  }

  async reinvite(offer: string | (() => string)): Promise<FinalResponse & { answer?: string }> {
    const sdp = typeof offer === 'string' ? offer : offer()
    this.offers.push(sdp)
    return this.onOffer(sdp)
  }

  /** Where we are found to be, the next time. */
  movedTo: string | undefined

  async relocate(): Promise<string | undefined> {
    const moved = this.movedTo !== undefined && this.movedTo !== this.localAddress
    this.localAddress = this.movedTo ?? this.localAddress
    return moved ? this.localAddress : undefined
  }

  async bye(): Promise<void> {
    this.byes++
    await this.byeAnswered
  }

  async info(contentType: string, body: string): Promise<FinalResponse> {
    this.infos.push({ contentType, body })
    const status = this.infoAnswerTo?.(contentType)
    return status === undefined ? this.infoAnswer : { status, reason: '', source: 'peer' }
  }
}
