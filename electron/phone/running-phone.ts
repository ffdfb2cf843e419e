import type { DtmfWay, Quality, SessionAudio } from '../../native/protocol.ts'
import type { Account, AccountPatch } from './account.ts'
import type { AccountTestStep } from './account-test.ts'
import type { Accounts } from './accounts.ts'
import { asPhoneError, ownErrors } from './as-phone-error.ts'
import { Certificates } from './certificates.ts'
import type { Calls } from './calls.ts'
import { Contacts } from './contacts.ts'
import { Coalesced } from './coalesce.ts'
import type { Events } from './events.ts'
import { endAll } from './end-all.ts'
import { ownAddresses } from './own-addresses.ts'
import { PhoneError } from './phone-error.ts'
import { PhoneAudioTest } from './audio-test.ts'
import { PhoneTrace } from './phone-trace.ts'
import { PhoneSettings } from './phone-settings.ts'
import type { AudioSelection, DialParams, Phone, PhoneDelegate, PhoneDependencies } from './phone.ts'
import { rejectionOf } from './rejection.ts'
import type {
  AudioDevice,
  AudioState,
  Binding,
  CertificateAnswer,
  IncomingInvite,
  IncomingMessage,
  Line,
  Media,
  MessageVerdict,
  Notify,
  UserAgent,
} from './ports.ts'
import { type Running, startRunning } from './running.ts'
import { soundKeys, type Settings } from './settings.ts'
import type { AudioTest, DtmfMode, LogEntry, LogQuery, PhoneInfo, Registration, Snapshot } from './shapes.ts'
import type { Nat } from './nat.ts'
import { parseTarget } from './target.ts'

interface RunningParts {
  readonly dependencies: PhoneDependencies
  /** The User-Agent header field. */
  readonly product: string
  /** As saved. */
  readonly stored: Settings
  /** With what the command line says. */
  readonly inUse: Settings
}

const snapshotIntervalMs = 50

/** The phone at work. `open` gives it its user agent and its media; what they tell comes in through the `on` methods. */
export class RunningPhone implements Phone {
  delegate: PhoneDelegate | undefined
  readonly certificates: Certificates
  readonly contacts: Contacts
  readonly trace: PhoneTrace
  readonly #parts: RunningParts
  readonly #snapshots: Coalesced
  readonly #notices: string[] = []
  readonly #test: PhoneAudioTest
  readonly #settings: PhoneSettings
  #open: Running | undefined
  #audioState: AudioState = 'idle'
  #closing: Promise<void> | undefined

  constructor(parts: RunningParts) {
    this.#parts = parts
    this.#settings = new PhoneSettings(parts.dependencies.store, parts.stored, parts.inUse)
    this.#snapshots = new Coalesced(parts.dependencies.clock, snapshotIntervalMs, () =>
      this.#tell((delegate) => delegate.onSnapshot(this.snapshot())),
    )
    const { clock, testAudio, store, trace } = parts.dependencies
    this.contacts = new Contacts(store.contacts, () => this.#tell((delegate) => delegate.onContactsChanged?.()))
    this.trace = new PhoneTrace(trace, (message) => this.#tell((delegate) => delegate.onTrace?.(message)))
    this.certificates = new Certificates({
      stored: store.storedCertificates,
      save: (stored) => store.saveCertificates(stored),
      onQuestion: (certificate) => this.#tell((delegate) => delegate.onCertificate?.(certificate)),
      onChanged: () => this.#snapshots.touch(),
      onAccepted: () => this.#open?.accounts.retryFailed(),
    })
    this.#test = new PhoneAudioTest(clock, testAudio, () => this.#snapshots.touch())
  }

  open(userAgent: UserAgent, media: Media): void {
    const running = startRunning({
      dependencies: this.#parts.dependencies,
      userAgent,
      media,
      settings: () => this.#settings.inUse,
      onChanged: () => {
        // A call needs the sound card, and so does its ringing.
        if (running.calls.size > 0) this.#test.stop()
        this.#snapshots.touch()
      },
      tell: (announce) => this.#tell(announce),
      notice: (text) => this.notice(text),
    })
    this.#open = running
    running.begin()
    this.#snapshots.touch()
  }

  notice(text: string): void {
    this.#notices.push(text)
    this.#parts.dependencies.log.warn(text)
  }

  // --- what comes in -------------------------------------------------------------------------------------------------

  onInvite(invite: IncomingInvite): void {
    if (this.#open === undefined) invite.reject(480, 'Temporarily Unavailable')
    else this.#open.calls.onInvite(invite)
  }

  onMessage(message: IncomingMessage): MessageVerdict {
    return this.#open?.events.messages.onMessage(message) ?? { status: 480 }
  }

  onUnsolicited(line: Line, notify: Notify): void {
    this.#open?.events.voicemail.onUnsolicited(line, notify)
  }

  capabilities(localAddress: string): string {
    return this.#open?.calls.capabilities(localAddress) ?? ''
  }

  readonly ownAddress = (...given: Parameters<Nat['sip']>) => this.#open?.nat.sip(...given)

  onDtmf(callId: string, digit: string, way: DtmfWay): void {
    this.#open?.calls.onDtmf(callId, digit, way)
  }

  onQuality(callId: string, quality: Quality): void {
    this.#open?.calls.onQuality(callId, quality)
  }

  onLevel(callId: string | undefined, microphoneDbfs: number, speakerDbfs: number): void {
    const levels = { microphoneDbfs, speakerDbfs }
    if (callId !== undefined) this.#open?.calls.onMicrophone(callId, microphoneDbfs)
    this.#tell((delegate) => delegate.onLevels?.(callId === undefined ? levels : { callId, ...levels }))
  }

  onAudioState(state: AudioState, message: string): void {
    this.#audioState = state
    this.#parts.dependencies.log.info(`sound card: ${state}`, { message })
    this.#snapshots.touch()
  }

  // --- the phone itself ----------------------------------------------------------------------------------------------

  info(): PhoneInfo {
    const { version, profile, store } = this.#parts.dependencies
    return {
      version,
      userAgent: this.#parts.product,
      profile,
      dataFolder: store.dataFolder,
      listening: this.#open?.userAgent.listening ?? [],
      addresses: ownAddresses(this.#settings.inUse.network.listenIp),
      notices: [...store.problems, ...this.#notices],
    }
  }

  snapshot(): Snapshot {
    const { audio, calls } = this.#settings.inUse
    return {
      accounts: this.#open?.accounts.describe() ?? [],
      calls: this.#open?.calls.describe() ?? [],
      voicemail: this.#open?.events.voicemail.describe() ?? [],
      presence: this.#open?.events.presence.describe() ?? [],
      ...this.#open?.events.presence.own(),
      audio: { input: audio.input, output: audio.output, state: this.#audioState, ...this.#test.described },
      doNotDisturb: calls.doNotDisturb,
      certificates: this.certificates.questions,
      transferRequests: this.#open?.calls.transferRequests ?? [],
    }
  }

  shutdown(): Promise<void> {
    this.#closing ??= this.#shutdown()
    return this.#closing
  }

  settings(): Settings {
    return this.#settings.inUse
  }

  setSettings(patch: unknown): Settings {
    const { before, now } = this.#settings.change(patch)
    if (soundKeys.some((key) => before.audio[key] !== now.audio[key])) this.#open?.media.devicesChanged()
    this.#open?.settingsChanged(before, now)
    this.#snapshots.touch()
    return now
  }

  // --- accounts ------------------------------------------------------------------------------------------------------

  accounts(): readonly Account[] {
    return this.#accounts().list()
  }

  saveAccount(account: AccountPatch): Account {
    this.certificates.askAgain()
    return this.#accounts().save(account)
  }

  removeAccount(id: string): void {
    this.#accounts().remove(id)
  }

  registerAccount(id: string): Promise<Registration> {
    return ownErrors(() => this.#accounts().register(id))
  }

  unregisterAccount(id: string): Promise<Registration> {
    return ownErrors(() => this.#accounts().unregister(id))
  }

  accountBindings(id: string): Promise<readonly Binding[]> {
    return ownErrors(() => this.#accounts().bindings(id))
  }

  testAccount(account: AccountPatch): Promise<readonly AccountTestStep[]> {
    return ownErrors(() => this.#accounts().test(account))
  }

  answerCertificate(fingerprint: string, accept: CertificateAnswer): void {
    this.certificates.answer(fingerprint, accept)
  }

  networkChanged(): void {
    this.#open?.accounts.wake()
  }

  // --- calls ---------------------------------------------------------------------------------------------------------

  dial({ target, accountId, codecs }: DialParams, audio?: SessionAudio): { readonly callId: string } {
    if (codecs?.length === 0) {
      throw new PhoneError('invalid-params', 'codecs must name at least one codec', { field: 'codecs' })
    }
    const { uri, through } = this.#accounts().dial(target, accountId)
    return { callId: this.#calls().dial(uri, { audio, codecs, through }).callId }
  }

  pickUp(target: string): { readonly callId: string } {
    return { callId: this.#calls().pickUp(this.#running().events.presence.pickUp(target)).callId }
  }

  async answer(callId: string): Promise<void> {
    await ownErrors(this.#calls().get(callId).answer())
  }

  reject(callId: string, code = 486): void {
    const { status, reason } = rejectionOf(code)
    this.#calls().get(callId).reject(status, reason)
  }

  redirect(callId: string, target: string): void {
    const { uri } = parseTarget(target)
    this.#calls().get(callId).redirect(uri)
  }

  silence(callId: string): void {
    this.#calls().silence(callId)
  }

  async hangup(callId: string): Promise<void> {
    await ownErrors(this.#calls().get(callId).hangup())
  }

  async hold(callId: string): Promise<void> {
    await ownErrors(this.#calls().get(callId).hold())
  }

  async resume(callId: string): Promise<void> {
    await ownErrors(this.#calls().get(callId).resume())
  }

  mute(callId: string, on: boolean): void {
    this.#calls().get(callId).mute(on)
  }

  async record(callId: string, on: boolean): Promise<string | undefined> {
    return this.#calls().get(callId).record(on)
  }

  async dtmf(callId: string, digits: string, mode?: DtmfMode): Promise<{ readonly mode: DtmfMode }> {
    return { mode: await ownErrors(this.#calls().get(callId).dtmf(digits, mode)) }
  }

  async transfer(callId: string, target: string): Promise<void> {
    const call = this.#calls().get(callId)
    await ownErrors(call.transfer(this.#accounts().uriOf(target, call.accountId)))
  }

  async transferTo(callId: string, otherCallId: string): Promise<void> {
    const calls = this.#calls()
    if (callId === otherCallId) {
      throw new PhoneError('invalid-params', 'otherCallId must be another call', { field: 'otherCallId' })
    }
    await ownErrors(calls.get(callId).transferTo(calls.get(otherCallId)))
  }

  answerTransfer(callId: string, accept: boolean): void {
    this.#calls().answerTransfer(callId, accept)
  }

  get conference(): Calls['conference'] {
    return this.#calls().conference
  }

  get messages(): Events['messages'] {
    return this.#running().events.messages
  }

  get presence(): Events['presence'] {
    return this.#running().events.presence
  }

  // --- log, trace, audio ---------------------------------------------------------------------------------------------

  listLog(query: LogQuery = {}): readonly LogEntry[] {
    return this.#inLog((log) => log.list(query))
  }

  removeLog(ids: readonly number[]): void {
    this.#inLog((log) => log.remove(ids))
  }

  clearLog(): void {
    this.#inLog((log) => log.clear())
  }

  async audioDevices(): Promise<readonly AudioDevice[]> {
    return ownErrors(this.#open?.media.devices() ?? Promise.resolve([]))
  }

  selectAudio(devices: AudioSelection): void {
    this.setSettings({ audio: devices })
  }

  async audioTest(what: AudioTest, on: boolean): Promise<void> {
    const calls = this.#calls()
    if (!on) this.#test.stop(what)
    else if (calls.size > 0) throw new PhoneError('bad-state', 'There is no audio test during a call')
    else if (this.#open !== undefined) this.#test.start(what, this.#open.media)
  }

  #calls(): Calls {
    return this.#running().calls
  }

  #accounts(): Accounts {
    return this.#running().accounts
  }

  #running() {
    if (this.#open === undefined || this.#closing !== undefined) {
      throw new PhoneError('bad-state', 'The phone is not running')
    }
    return this.#open
  }

  #inLog<T>(work: (log: PhoneDependencies['store']['callLog']) => T): T {
    try {
      return work(this.#parts.dependencies.store.callLog)
    } catch (error) {
      throw asPhoneError(error)
    }
  }

  async #shutdown(): Promise<void> {
    const { store, log } = this.#parts.dependencies
    const ends: readonly (() => unknown)[] = [
      () => this.#open?.calls.close(),
      () => this.#open?.events.close(),
      () => this.#open?.nat.close(),
      () => this.#open?.accounts.close(),
      () => this.#test.stop(),
      () => this.certificates.close(),
      () => this.#open?.userAgent.close(),
      () => this.#open?.media.shutdown(),
      () => this.#snapshots.close(),
      () => store.close(),
    ]
    await endAll(ends, (error) => log.error('The shutdown met an error', { error: String(error) }))
  }

  /** A delegate's fault must not cost a call. */
  #tell(announce: (delegate: PhoneDelegate) => void): void {
    if (this.delegate === undefined) return
    try {
      announce(this.delegate)
    } catch (error) {
      this.#parts.dependencies.log.error('An announcement failed', { error: String(error) })
    }
  }
}
