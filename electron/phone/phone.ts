import type { CodecName, SessionAudio } from '../../native/protocol.ts'
import type { PhoneTrace } from './phone-trace.ts'
import type { TraceMessage } from './trace-message.ts'
import type { Account, AccountPatch } from './account.ts'
import type { AccountTestProgress, AccountTestStep } from './account-test.ts'
import { asPhoneError } from './as-phone-error.ts'
import type { UntrustedCertificate } from './certificates.ts'
import type { Conference } from './conference.ts'
import type { Contacts } from './contacts.ts'
import { endAll } from './end-all.ts'
import { listen } from './listen.ts'
import type { Messages } from './messages.ts'
import type { Presence } from './presence.ts'
import type {
  AudioDevice,
  Binding,
  CertificateAnswer,
  Clock,
  Log,
  Media,
  StartMedia,
  StartUserAgent,
  Store,
  Trace,
} from './ports.ts'
import { RunningPhone } from './running-phone.ts'
import { noticeOfMissing } from './spoken-codecs.ts'
import { mergeSettings, readSettings, type Settings, type SettingsPatch } from './settings.ts'
import type {
  AudioLevels,
  AudioTest,
  Call,
  CallEnded,
  CallQuality,
  CallStateChange,
  DtmfMode,
  DtmfReceived,
  LogEntry,
  LogQuery,
  MessageReceived,
  PhoneInfo,
  Registration,
  Snapshot,
  TransferRequest,
} from './shapes.ts'

export interface PhoneDependencies {
  readonly version: string
  readonly profile: string
  readonly startUserAgent: StartUserAgent
  readonly startMedia: StartMedia
  readonly store: Store
  readonly trace: Trace
  readonly clock: Clock
  readonly log: Log
  /** Uniform in [0, 1): SDP session ids, call ids. */
  readonly random: () => number
  /** Where a call's audio comes from and goes to unless `dial` says otherwise. */
  readonly audio: (call: Call) => SessionAudio
  /** Where the sound of an audio test comes from and goes to; microphone and speaker when absent. */
  readonly testAudio?: SessionAudio
  /** Settings of this run alone (command line): they win over the stored ones and are never saved. */
  readonly overrides?: SettingsPatch
  /** Who calls when no account does: the user part and name of our From header field. `dialtone` when absent. */
  readonly identity?: { readonly username: string; readonly displayName?: string }
  /** An account of this run alone (command line): never saved, and the one that calls are made with. */
  readonly account?: { readonly fields: AccountPatch; readonly password?: string }
  /** For accounts whose own password is not kept, or cannot be read here. */
  readonly password?: string
  /** Whether answering or resuming one call puts the others on hold; true when absent. */
  readonly autoHold?: boolean
  /** Ports that must be had as they are: taken is `port-in-use`, not a reason to take the next. */
  readonly demanded?: { readonly sipPort?: boolean; readonly rtpPorts?: boolean }
}

/** What the phone announces, in order. What a delegate throws is logged and costs nothing else. */
export interface PhoneDelegate {
  /** The small state, at most every 50 ms, last wins. */
  onSnapshot(snapshot: Snapshot): void
  /** Every transition of every call, in order. */
  onCallState(change: CallStateChange): void
  onCallEnded(ended: CallEnded): void
  onDtmf(received: DtmfReceived): void
  /** Once a second for each call with media. */
  onQuality(quality: CallQuality): void
  /** Somebody wrote. */
  onMessage?(message: MessageReceived): void
  /** At most 15 a second; a delegate without meters does without. */
  onLevels?(levels: AudioLevels): void
  /** A server shows a certificate that nobody vouches for: see `answerCertificate`. The snapshot keeps it too. */
  onCertificate?(certificate: UntrustedCertificate): void
  /** A step of a test of an account is over. */
  onTestStep?(tested: AccountTestProgress): void
  /** Something is different in the conversation with this one: a message, what became of it, what has been read. */
  onConversation?(peer: string): void
  /** Somebody was added to the contacts, changed or removed. */
  onContactsChanged?(): void
  /** A message passed the wire, after `trace.subscribe`. */
  onTrace?(message: TraceMessage): void
  /** The peer of a call asks us to call somebody else in its place: see `answerTransfer`. The snapshot keeps it too. */
  onTransferRequested?(request: TransferRequest): void
}

export interface AudioSelection {
  readonly input?: string | undefined
  readonly output?: string | undefined
  readonly ring?: string | undefined
}

export interface DialParams {
  readonly target: string
  readonly accountId?: string | undefined
  /** Only these, in this order. */
  readonly codecs?: readonly CodecName[] | undefined
}

/**
 * The phone: one method for each method of the contract. What can be told at once is returned at once, the rest comes
 * as a promise; all of them fail with a PhoneError and nothing else.
 */
export interface Phone {
  /** Hears everything from the moment it is set. */
  delegate: PhoneDelegate | undefined
  info(): PhoneInfo
  snapshot(): Snapshot
  /** Ends calls (BYE, CANCEL), closes the user agent, the media and the store. Calling it again waits for the same end. */
  shutdown(): Promise<void>
  settings(): Settings
  /** Validated as a whole, saved, then used. */
  setSettings(patch: unknown): Settings
  accounts(): readonly Account[]
  /** Changes the account of that id, or makes a new one; validated, saved, then used. */
  saveAccount(account: AccountPatch): Account
  removeAccount(id: string): void
  /** Resolves when it has settled, whatever the outcome. */
  registerAccount(id: string): Promise<Registration>
  unregisterAccount(id: string): Promise<Registration>
  /** Asks the registrar which bindings there are. */
  accountBindings(id: string): Promise<readonly Binding[]>
  /** How far a registration gets, up to the first step that fails; nothing is changed. */
  testAccount(account: AccountPatch): Promise<readonly AccountTestStep[]>
  /** Decides about a certificate that was shown, also one that was refused before. Throws `not-found`. */
  answerCertificate(fingerprint: string, accept: CertificateAnswer): void
  /** The computer woke, or the network is another one: registers again at once. */
  networkChanged(): void
  /** Returns at once; what happens next comes as call states. `audio` is for the carriers that may name files. */
  dial(params: DialParams, audio?: SessionAudio): { readonly callId: string }
  /** Takes a call that rings at somebody's phone who is watched. Throws `not-found`, `bad-state`. */
  pickUp(target: string): { readonly callId: string }
  /** Resolves when the 200 is out and the media run. */
  answer(callId: string): Promise<void>
  /** 486 unless told otherwise; `code` 300 to 699. */
  reject(callId: string, code?: number): void
  redirect(callId: string, target: string): void
  /** Stops the sound of ringing, nothing else. */
  silence(callId: string): void
  /** CANCEL, reject or BYE, whatever the call's state asks for; resolves when the peer has agreed. */
  hangup(callId: string): Promise<void>
  hold(callId: string): Promise<void>
  resume(callId: string): Promise<void>
  mute(callId: string, on: boolean): void
  /** Begins to record both sides, or ends that: the file, whole then. Rejects with `bad-state` unless the call is answered. */
  record(callId: string, on: boolean): Promise<string | undefined>
  /** Resolves when sent, with the way it went. */
  dtmf(callId: string, digits: string, mode?: DtmfMode): Promise<{ readonly mode: DtmfMode }>
  /** Asks the peer to call `target`; resolves when it has, and the call ends. Rejects when not; then the call goes on. */
  transfer(callId: string, target: string): Promise<void>
  /** Brings the peers of two answered calls together; resolves when they are, and both calls end. */
  transferTo(callId: string, otherCallId: string): Promise<void>
  /** Does what the peer asked for, or declines it. Throws `not-found`. */
  answerTransfer(callId: string, accept: boolean): void
  /** Calls whose peers hear one another. */
  readonly conference: Pick<Conference, 'join' | 'split'>
  /** Text messages. */
  readonly messages: Pick<Messages, 'send' | 'conversations' | 'list' | 'search' | 'markRead' | 'remove'>
  /** Who is there, and what others are told of us. */
  readonly presence: Pick<Presence, 'watch' | 'unwatch' | 'publish'>
  listLog(query?: LogQuery): readonly LogEntry[]
  removeLog(ids: readonly number[]): void
  clearLog(): void
  /** The address book. */
  readonly contacts: Contacts
  /** The messages that passed the wire. */
  readonly trace: PhoneTrace
  audioDevices(): Promise<readonly AudioDevice[]>
  /** Chooses devices by name, empty for the system's default; saved, and used at once, in calls as well. */
  selectAudio(devices: AudioSelection): void
  /**
   * Starts or ends a test; only one runs at a time, and not for longer than two minutes. A call ends it. Rejects with
   * `bad-state` while there are calls.
   */
  audioTest(what: AudioTest, on: boolean): Promise<void>
}

/**
 * Starts a phone: reads the settings, listens, and is ready for calls when the promise resolves. Rejects with a
 * PhoneError (`port-in-use`, `invalid-params`, `internal`); then everything that had been started is ended again, the
 * store included.
 */
export async function createPhone(dependencies: PhoneDependencies): Promise<Phone> {
  const { store, version } = dependencies
  const ends: (() => unknown)[] = [() => store.close()]
  try {
    const { settings: stored, problems } = readSettings(store.storedSettings ?? {})
    const inUse = mergeSettings(stored, dependencies.overrides ?? {})
    const product = `Dialtone/${version}`
    const phone = new RunningPhone({ dependencies, product, stored, inUse })
    for (const problem of problems) phone.notice(`A stored setting was not used: ${problem}`)
    const media = await dependencies.startMedia(phone)
    ends.push(() => media.shutdown())
    for (const codec of media.missing) phone.notice(noticeOfMissing(codec))
    if (dependencies.demanded?.rtpPorts === true) await probeRtpPorts(media, inUse)
    const { listenIp: address, sipPort: port, ipVersion } = inUse.network
    const demanded = dependencies.demanded?.sipPort ?? false
    const { agent, notice } = await listen(
      dependencies.startUserAgent,
      { address, ipVersion, port, demanded, product, certificates: phone.certificates },
      phone,
    )
    if (notice !== undefined) phone.notice(notice)
    phone.open(agent, media)
    return phone
  } catch (error) {
    await endAll(ends.toReversed(), (fault) =>
      dependencies.log.error('The phone did not start, nor end in order', { error: String(fault) }),
    )
    throw asPhoneError(error)
  }
}

/** Demanded RTP ports that are taken are told at the start, not at the first call. */
async function probeRtpPorts(media: Media, { network }: Settings): Promise<void> {
  const audio: SessionAudio = { source: { kind: 'silence' }, sink: { kind: 'discard' } }
  const address = network.listenIp || '0.0.0.0'
  await media.open('probe', { address, ports: network.rtpPorts, demanded: true, audio })
  await media.close('probe')
}
