import * as v from 'valibot'
import type { Account } from '../phone/account.ts'
import type { AccountTestProgress, AccountTestStep } from '../phone/account-test.ts'
import { codecList } from '../phone/codec-list.ts'
import type { DiagnosticsFile } from '../phone/diagnostics.ts'
import type { Contact } from '../phone/contact.ts'
import type { UntrustedCertificate } from '../phone/certificates.ts'
import type { Settings } from '../phone/settings.ts'
import type {
  AudioLevels,
  CallEnded,
  CallQuality,
  CallStateChange,
  DtmfReceived,
  LogEntry,
  MessageAnswer,
  MessageReceived,
  PhoneInfo,
  Registration,
  Snapshot,
  TransferRequest,
} from '../phone/shapes.ts'
import type { AudioDevice, Binding, ListeningPoint } from '../phone/ports.ts'
import type { Conversation, TextMessage } from '../phone/text-message.ts'
import type { AudioTest, DtmfMode } from '../phone/shapes.ts'
import type { TracedStream, TraceMessage, TraceSummary } from '../phone/trace-message.ts'
import type { DigestSteps } from '../dissect/digest.ts'
import { anyText, type MethodTable, takes, text, whole } from './method.ts'

// What a page needs of the phone's vocabulary; a page imports nothing but this file.
export type { Account } from '../phone/account.ts'
export type { AccountTestProgress, AccountTestStep } from '../phone/account-test.ts'
export type { AudioDevice } from '../phone/ports.ts'
export type { DiagnosticsFile } from '../phone/diagnostics.ts'
export type { Contact } from '../phone/contact.ts'
export type { UntrustedCertificate } from '../phone/certificates.ts'
export type { Settings, SettingsPatch } from '../phone/settings.ts'
export type {
  AudioLevels,
  AudioTest,
  Call,
  CallEnded,
  CallQuality,
  CallStateChange,
  Cause,
  Direction,
  DtmfMode,
  EndedBy,
  LogEntry,
  PhoneInfo,
  PresenceEntry,
  Quality,
  Registration,
  RemoteParty,
  Snapshot,
  TransferRequest,
  VoicemailCount,
} from '../phone/shapes.ts'
export type { Conversation, TextMessage } from '../phone/text-message.ts'
export type { TraceMessage } from '../phone/trace-message.ts'
/** Whose address it is, for comparing: the same on both sides. */
export { addressKey } from '../phone/address-key.ts'
export { contactFinder } from '../phone/contact-match.ts'
export { readTarget, type Home, type TargetReading } from '../phone/read-target.ts'
export type { Bridge } from './bridge.ts'
export type { MethodParams, MethodResult } from './method.ts'
export type { Answer, Failure } from './json-rpc.ts'

/**
 * The API of the phone, one source for every carrier: what each method takes (schema) and gives (type), what the
 * phone announces, and which error codes there are. Without any node: module, so that a page can import it too.
 */

// --- what several methods take ---------------------------------------------------------------------------------------

const most = Number.MAX_SAFE_INTEGER
const yesNo = v.boolean('must be true or false')
const device = anyText(256)
const callId = text(256)
const accountId = text(256)
const password = v.pipe(v.string('must be a text or null'), v.maxLength(256, 'must be at most 256 characters long'))
const accountPatch = v.looseObject(
  { id: v.optional(accountId), password: v.optional(v.nullable(password)) },
  'must be an object',
)
const target = text(2048)
const codecs = v.pipe(
  codecList,
  v.minLength(1, 'must name at least one codec'),
  v.maxLength(16, 'must name at most 16 codecs'),
)
const contact = v.strictObject(
  {
    id: v.optional(whole(1, most)),
    name: v.optional(anyText(512)),
    addresses: v.optional(
      v.pipe(
        v.array(v.strictObject({ target, label: v.optional(text(64)) }, 'must be an address'), 'must be a list'),
        v.maxLength(20, 'must be at most 20 addresses'),
      ),
    ),
    speedDial: v.optional(v.nullable(whole(1, 9))),
    watch: v.optional(yesNo),
    note: v.optional(v.nullable(anyText(4096))),
  },
  'must be a contact',
)
const digits = v.pipe(
  text(256),
  v.regex(/^[0-9*#A-Da-d!,]+$/, 'must be made of 0-9, *, #, A-D, ! (flash) and , (pause)'),
)
const dtmfModes = ['rfc4733', 'info', 'inband'] as const satisfies readonly DtmfMode[]
const audioTests = ['tone', 'echo', 'meters'] as const satisfies readonly AudioTest[]
const certificateAnswer = v.picklist(['once', 'always', 'never'], 'must be "once", "always" or "never"')
const presenceKind = v.picklist(['presence', 'dialog'], 'must be "presence" or "dialog"')
const presenceStatus = v.picklist(
  ['online', 'away', 'busy', 'dnd', 'offline'],
  'must be "online", "away", "busy", "dnd" or "offline"',
)
const dtmfMode = v.picklist(dtmfModes, 'must be "rfc4733", "info" or "inband"')

// --- methods ---------------------------------------------------------------------------------------------------------

export const methods = {
  'phone.info': takes({}).gives<PhoneInfo>(),
  /** The same as the notification, for whoever has just come. */
  'phone.snapshot': takes({}).gives<Snapshot>(),
  'phone.shutdown': takes({}).gives<void>(),

  'settings.get': takes({}).gives<Settings>(),
  // What is inside the patch is for the settings' own schema to judge; it names the key at fault.
  'settings.set': takes({ patch: v.record(v.string(), v.unknown(), 'must be an object') }).gives<Settings>(),

  'accounts.list': takes({}).gives<readonly Account[]>(),
  // What is inside is for the account's own schema to judge, but for what makes it an account of ours.
  'accounts.save': takes({ account: accountPatch }).gives<Account>(),
  'accounts.remove': takes({ id: accountId }).gives<void>(),
  /** When it has settled; `failed` is a result, not an error. */
  'accounts.register': takes({ id: accountId }).gives<Registration>(),
  'accounts.unregister': takes({ id: accountId }).gives<Registration>(),
  /** One that is kept, or one as typed so far; goes up to the first step that fails, and changes nothing. */
  'accounts.test': takes({ id: v.optional(accountId), account: v.optional(accountPatch) }).gives<{
    readonly steps: readonly AccountTestStep[]
  }>(),
  'accounts.bindings': takes({ id: accountId }).gives<{ readonly contacts: readonly Binding[] }>(),

  'call.dial': takes({
    target,
    accountId: v.optional(accountId),
    codecs: v.optional(codecs),
  }).gives<{ readonly callId: string }>(),
  /** Takes a call that rings at somebody's phone whose lamp is watched: `pickUp` of the snapshot's presence. */
  'call.pickUp': takes({ target }).gives<{ readonly callId: string }>(),
  'call.answer': takes({ callId }).gives<void>(),
  'call.reject': takes({ callId, code: v.optional(whole(300, 699)) }).gives<void>(),
  'call.redirect': takes({ callId, target }).gives<void>(),
  /** Stops the sound of ringing; the call goes on ringing. */
  'call.silence': takes({ callId }).gives<void>(),
  'call.hangup': takes({ callId }).gives<void>(),
  /** Before the answer too, where the peer has sent its SDP reliably and takes UPDATE (RFC 3311); else `bad-state`. */
  'call.hold': takes({ callId }).gives<void>(),
  'call.resume': takes({ callId }).gives<void>(),
  'call.mute': takes({ callId, on: yesNo }).gives<void>(),
  /** Into the recordings folder, stereo: us left, them right. */
  'call.record': takes({ callId, on: yesNo }).gives<{ readonly path?: string }>(),
  'call.dtmf': takes({ callId, digits, mode: v.optional(dtmfMode) }).gives<{ readonly mode: DtmfMode }>(),
  /** When the transfer has succeeded; then the call has ended. */
  'call.transfer': takes({ callId, target }).gives<void>(),
  'call.transferTo': takes({ callId, otherCallId: callId }).gives<void>(),
  /** These calls, and those that are in it already: their peers hear one another and the user. Three at most. */
  'call.conference': takes({
    callIds: v.pipe(
      v.array(callId, 'must be a list of calls'),
      v.minLength(1, 'must name a call'),
      v.maxLength(3, 'must be at most 3 calls'),
    ),
  }).gives<void>(),
  /** Out of the conference, on hold; the others go on. */
  'call.split': takes({ callId }).gives<void>(),
  /** Does what the peer asked for with `call.transferRequested`, or declines it. */
  'call.answerTransfer': takes({ callId, accept: yesNo }).gives<void>(),

  /**
   * What was finally answered; only where nobody answered at all it is an error. Kept in its conversation either way;
   * `id` sends one that failed again.
   */
  'message.send': takes({
    target,
    text: text(524_288),
    accountId: v.optional(accountId),
    id: v.optional(whole(1, most)),
  }).gives<MessageAnswer>(),
  /** The one with the newest message first; the newest 1000. */
  'message.conversations': takes({}).gives<readonly Conversation[]>(),
  /** Of one conversation, newest first. `with` is an address in any form. */
  'message.list': takes({
    with: target,
    limit: v.optional(whole(1, 200)),
    before: v.optional(whole(1, most)),
  }).gives<readonly TextMessage[]>(),
  /** Those with this in their text, of all conversations, newest first; cut to 200 characters around it. */
  'message.search': takes({
    text: text(256),
    limit: v.optional(whole(1, 200)),
    before: v.optional(whole(1, most)),
  }).gives<readonly TextMessage[]>(),
  /** All that they wrote so far has been read. */
  'message.read': takes({ with: target }).gives<void>(),
  /** The conversation; with `upTo`, a message's id, what has come since stays. */
  'message.remove': takes({ with: target, upTo: v.optional(whole(1, most)) }).gives<void>(),

  // Both return at once; what is seen comes with the snapshot.
  'presence.watch': takes({ target, kind: presenceKind, accountId: v.optional(accountId) }).gives<void>(),
  'presence.unwatch': takes({ target }).gives<void>(),
  /** When the server has taken it. `offline` takes it back. */
  'presence.publish': takes({ accountId, status: presenceStatus }).gives<void>(),

  'log.list': takes({
    search: v.optional(anyText(256)),
    missed: v.optional(yesNo),
    limit: v.optional(whole(1, 1000)),
    before: v.optional(whole(1, most)),
  }).gives<readonly LogEntry[]>(),
  'log.remove': takes({
    ids: v.pipe(v.array(whole(1, most), 'must be a list of ids'), v.maxLength(10_000, 'must be at most 10000 ids')),
  }).gives<void>(),
  'log.clear': takes({}).gives<void>(),

  'contacts.list': takes({ search: v.optional(anyText(256)) }).gives<readonly Contact[]>(),
  /** Changes the one of that id, or adds one; what is absent stays, null clears. */
  'contacts.save': takes({ contact }).gives<Contact>(),
  'contacts.remove': takes({ id: whole(1, most) }).gives<void>(),
  /** The picture of one who has one (`photo` in the contact), as a `data:` URL; else `not-found`. */
  'contacts.photo': takes({ id: whole(1, most) }).gives<{ readonly url: string }>(),
  /** A JPEG or PNG file in base64, at most 256 KiB and 2048 pixels a side; null takes it away. */
  'contacts.setPhoto': takes({ id: whole(1, most), photo: v.nullable(text(400_000)) }).gives<Contact>(),
  /** vCards, as a text; pictures that cannot be taken are left out and counted. */
  'contacts.import': takes({ text: text(8_388_608) }).gives<{
    readonly added: number
    readonly photosLeftOut?: number
  }>(),
  'contacts.export': takes({}).gives<{ readonly text: string }>(),

  'trace.list': takes({
    sipCallId: v.optional(text(1024)),
    /**
     * Words, `method:`, `code:`, `call-id:`, `user:` or `text:` with a value, and regular expressions between slashes: a
     * message has to meet all of it. `timeout` when an expression takes longer than two seconds.
     */
    search: v.optional(text(1024)),
    limit: v.optional(whole(1, 10_000)),
    /** With the texts of the messages. */
    text: v.optional(yesNo),
  }).gives<readonly TraceSummary[]>(),
  'trace.get': takes({ id: whole(0, most) }).gives<TraceMessage>(),
  /**
   * The digests in the text of a request, step by step; with a password also the result it leads to. The password is
   * neither kept nor written anywhere, and no HA1 is told but that of a password given here.
   */
  'trace.digest': takes({ text: text(65_536), password: v.optional(password) }).gives<{
    readonly digests: readonly DigestSteps[]
  }>(),
  /** Every message that passes from now on comes to whoever asks as `trace.message`, to no other window or program. */
  'trace.subscribe': takes({ on: yesNo }).gives<void>(),
  /** RTP headers and RTCP of the calls, or all of their packets, from now on; `trace.export` has them in captures. */
  'trace.packets': takes({
    depth: v.picklist(['off', 'headers', 'whole'], 'must be "off", "headers" or "whole"'),
  }).gives<void>(),
  /** The recorded RTP of a call: each direction's figures second by second, and what RTCP says of them. */
  'trace.streams': takes({ sipCallId: text(1024) }).gives<{ readonly streams: readonly TracedStream[] }>(),
  /**
   * One of them as it was heard: a WAV file where one may be named, else its bytes. `bad-state` (`data.reason`:
   * "headers", "encrypted", "codec") where there is nothing to hear.
   */
  'trace.listen': takes({ sipCallId: text(1024), ssrc: text(8), path: v.optional(text(4096)) }, ['path']).gives<
    { readonly path: string } | { readonly base64: string }
  >(),
  /** A file where one may be named, else its bytes. `redact` leaves out digest responses, keys, texts and digits. */
  'trace.export': takes(
    {
      sipCallId: v.optional(text(1024)),
      format: v.picklist(['pcap', 'pcapng', 'text'], 'must be "pcap", "pcapng" or "text"'),
      path: v.optional(text(4096)),
      redact: v.optional(yesNo),
    },
    ['path'],
  ).gives<{ readonly path: string } | { readonly base64: string }>(),

  /**
   * What a bundle for whoever is to find a fault holds: versions, settings without passwords, devices, state, last
   * calls, trace. Unless `redact` is false, without digest responses, keys, texts, digits and sound.
   */
  'diagnostics.preview': takes({ redact: v.optional(yesNo) }).gives<{ readonly files: readonly DiagnosticsFile[] }>(),
  /** The same as one file (.tar.gz) where one may be named, else its bytes. */
  'diagnostics.export': takes({ redact: v.optional(yesNo), path: v.optional(text(4096)) }, ['path']).gives<
    { readonly path: string } | { readonly base64: string }
  >(),

  /** For every host that showed it. `always` is kept in the profile. */
  'certificates.answer': takes({ fingerprint: text(256), accept: certificateAnswer }).gives<void>(),

  'audio.devices': takes({}).gives<{ readonly devices: readonly AudioDevice[] }>(),
  // Names as `audio.devices` tells them; empty follows the system's default. Kept, and used at once.
  'audio.select': takes({
    input: v.optional(device),
    output: v.optional(device),
    ring: v.optional(device),
  }).gives<void>(),
  // Levels of a test come as `audio.levels` without a call. `bad-state` during a call.
  'audio.test': takes({ what: v.picklist(audioTests, 'must be "tone", "echo" or "meters"'), on: yesNo }).gives<void>(),
} satisfies MethodTable

export type Methods = typeof methods
export type MethodName = keyof Methods

// --- notifications ---------------------------------------------------------------------------------------------------

/** What the phone announces, name -> content. */
export interface Notifications {
  'phone.ready': Ready
  /** At most every 50 ms, last wins: an unsent one may be replaced by a newer one. */
  'phone.snapshot': Snapshot
  'call.state': CallStateChange
  'call.ended': CallEnded
  'call.dtmf': DtmfReceived
  'call.quality': CallQuality
  /** The peer wants us to call somebody else, and the settings ask first; `call.answerTransfer` decides. */
  'call.transferRequested': TransferRequest
  /** While `accounts.test` runs: a step of it is over. */
  'accounts.testStep': AccountTestProgress
  'message.received': MessageReceived
  /** Something is different in this conversation: a message, what became of it, what has been read. */
  'message.changed': { readonly with: string }
  /** Somebody was added to the contacts, changed or removed. */
  'contacts.changed': Readonly<Record<string, never>>
  /** After `trace.subscribe`. */
  'trace.message': TraceMessage
  /** At most 15 a second, while sound runs. */
  'audio.levels': AudioLevels
  /** A server shows a certificate that nobody vouches for; `certificates.answer` decides. */
  'certificate.untrusted': UntrustedCertificate
  /** A link (sip:, tel: ...) was opened: it belongs into the dial field, and is not called before somebody says so. */
  'phone.link': { readonly target: string }
}

export type NotificationName = keyof Notifications

/** Also the ready line of `answer` and `serve`. */
export interface Ready {
  readonly ready: true
  readonly listening: readonly ListeningPoint[]
  readonly url?: string
}

/** Sends one notification; a carrier implements it. */
export type Notify = <Name extends NotificationName>(name: Name, content: Notifications[Name]) => void

// --- errors ----------------------------------------------------------------------------------------------------------

export { errorCodes } from './error-codes.ts'
export type { ErrorCode, ErrorData } from './error-codes.ts'
