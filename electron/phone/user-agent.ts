import type { CertificateDecisions } from './network-port.ts'
import type { EventAgent, EventAgentDelegate } from './event-agent.ts'

import type { DialogName, IncomingRefer, Refer, ReferDelegate, Replaces } from './refer-port.ts'

export type * from './refer-port.ts'

/** The UserAgent port: what the phone needs of SIP, in its own words. Implemented by electron/ua, faked in tests. */

export type * from './event-agent.ts'

export interface ListeningPoint {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly address: string
  readonly port: number
}

export interface Route {
  readonly localAddress: string
  readonly remoteAddress: string
  readonly remotePort: number
  readonly transport: ListeningPoint['transport']
}

/** `address`: an IP literal without brackets. */
export interface SeenAddress {
  readonly address: string
  readonly port: number
}

/** Our end of a way, and the next server or the peer at the other one. */
export interface OwnPlace {
  readonly transport: ListeningPoint['transport']
  readonly local: SeenAddress
  readonly remoteAddress: string
}

export interface UserAgent extends EventAgent {
  readonly listening: readonly ListeningPoint[]
  /**
   * Where packets to `uri`, sent on `line` if there is one, leave from and go to: the address that belongs into an
   * offer. Rejects with a UserAgentError.
   */
  route(uri: string, line?: Line): Promise<Route>
  /** Sends an INVITE. The delegate hears of it, never before this returned. */
  invite(invite: Invite, delegate: OutgoingInviteDelegate): OutgoingInvite
  /** One OPTIONS; resolves with the final answer, a generated 408 or 503 included. */
  options(uri: string, line?: Line): Promise<FinalResponse>
  /**
   * Asks a STUN server, `host` or `host:port`, where it sees the UDP port that SIP uses (RFC 8489). Rejects with a
   * UserAgentError: `unresolvable`, `unreachable`, `bad-target`.
   */
  discover(server: string): Promise<{ readonly server: SeenAddress; readonly seen: SeenAddress }>
  /** The machine has, or may have, other addresses than before: what is sent from now on says those. */
  networkChanged(): void
  /** An account's way out and in, from now until it is closed. Nothing is sent yet. */
  openLine(options: LineOptions): Line
  close(): Promise<void>
}

/** An account, as far as SIP is concerned. */
export interface LineOptions {
  /** The account's own address, `sip:user@domain`, and its name. */
  readonly from: { readonly uri: string; readonly displayName?: string }
  /** The Request-URI of REGISTER: `sip:domain` (RFC 3261 10.2). */
  readonly registrar: string
  /** The servers that requests go through, as SIP URIs, at least one (RFC 3261 8.1.2); `lr` is added. */
  readonly route: readonly string[]
  /** Who answers challenges; undefined: nobody. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined
  /** `urn:uuid:...`, the same for ever: by it a registrar knows this phone again (RFC 5626 4.1). */
  readonly instanceId: string
  /** Which address of ours its servers and peers are told; absent: `default`. */
  readonly sendInternalIp?: 'default' | 'always' | 'never'
  /** Calls are refreshed at least this often, 90 s or more (RFC 4028); absent: only where the peer wants it. */
  readonly sessionTimer?: { readonly seconds: number }
}

/**
 * Requests on a line go to the account's own servers. Its credentials answer challenges to these and to nothing else:
 * not to a call made directly, nor to a request in a dialog that goes past those servers.
 */
export interface Line {
  /** One REGISTER and its answer, challenges answered on the way. Never rejects. One at a time. */
  register(register: Register): Promise<RegisterAnswer>
  /** Requests from now on are made with these. The registrar hears nothing of it before the next REGISTER. */
  change(options: LineOptions): void
  /** The connection over which the registrar reaches us is gone: it has to be told anew (RFC 5626 4.5). Set by the phone. */
  onFlowLost?: (() => void) | undefined
  /** Calls that come in are its own no more; those that are there go on. */
  close(): void
}

export interface Register {
  /** For how long; 0 takes the binding back; undefined asks which bindings there are (RFC 3261 10.2.3). */
  readonly expiresSeconds: number | undefined
}

export interface RegisterAnswer extends FinalResponse {
  /** Of a 2xx: for how long our own binding was granted, undefined where there is none. */
  readonly grantedSeconds?: number
  /** Of a 2xx: the server gives the connection up when nothing has come by it for so long (RFC 5626 4.4.1). */
  readonly flowTimerSeconds?: number
  /** Our own Contact, as it was sent. */
  readonly contact?: string
  /** Of a 2xx: every binding of the address. */
  readonly bindings: readonly Binding[]
  /** Of a 423 (RFC 3261 10.2.8). */
  readonly minExpiresSeconds?: number
  readonly retryAfterSeconds?: number
  /** Why a challenge was not answered, or in vain. */
  readonly refused?: AuthorisationFailure
}

export interface Binding {
  readonly uri: string
  readonly expiresSeconds: number
  readonly q?: number
}

/**
 * `no-credentials`: there are none. `rejected`: they did not help. `unsupported`: a challenge of a kind that we do not
 * know. `foreign`: somebody asked who is none of the account's own servers.
 */
export type AuthorisationFailure = 'no-credentials' | 'rejected' | 'unsupported' | 'foreign'

export interface UserAgentOptions {
  /** An IP literal to listen on; empty for every interface. */
  readonly address: string
  /** Without an address: which families are listened on; absent or `auto`: both, IPv6 as far as the machine has it. */
  readonly ipVersion?: 'auto' | '4' | '6'
  /** 0: any free port. This very port or `port-in-use`: looking for another one is the phone's decision. */
  readonly port: number
  /** The User-Agent and Server header fields. */
  readonly product: string
  /** Absent: only what the system's authorities vouch for is trusted. */
  readonly certificates?: CertificateDecisions
}

/** Rejects with a UserAgentError, `port-in-use` when the port is taken. */
export type StartUserAgent = (options: UserAgentOptions, delegate: UserAgentDelegate) => Promise<UserAgent>

/** What the phone does when somebody outside wants something. Set once, before the first message is read. */
export interface UserAgentDelegate extends EventAgentDelegate {
  onInvite(invite: IncomingInvite): void
  /** Codecs and the like for an OPTIONS answer (RFC 3261 11.2): an SDP body. */
  capabilities(localAddress: string): string
  /** What Contact and Via say of us; absent, or undefined: `place.local`. */
  ownAddress?(place: OwnPlace, sendInternalIp: 'default' | 'always' | 'never'): SeenAddress | undefined
}

export interface Invite {
  readonly uri: string
  /** The account that calls; absent: a direct call. */
  readonly line?: Line
  readonly from: { readonly uri: string; readonly displayName?: string }
  readonly sdp: string
  /** Somebody else asked for this call: who (RFC 3892), and which one it is to take the place of (RFC 3891). */
  readonly referral?: Pick<IncomingRefer, 'referredBy' | 'replaces' | 'requiresReplaces'>
}

export interface FinalResponse {
  readonly status: number
  readonly reason: string
  /** `peer` answered, or the engine says that it could not be `timeout`, `unreachable` (transport failed, port closed). */
  readonly source: 'peer' | 'timeout' | 'unreachable'
}

export interface OutgoingInvite {
  readonly sipCallId: string
  readonly localTag: string
  /** Whether `update` has a chance: the peer knows UPDATE, and has answered our offer reliably. */
  readonly canUpdate: boolean
  /**
   * UPDATE with another offer before the call is accepted (RFC 3311 5.1). Never rejects: a failed one tells its status.
   * An offer given as a function is made anew for each attempt.
   */
  update(offer: string | (() => string)): Promise<FinalResponse & { readonly answer?: string }>
  /** As in a confirmed dialog; an UPDATE is due. What answers the INVITE goes where that came from all the same. */
  relocate(): Promise<string | undefined>
  /** Gives up (RFC 3261 9.1); `onRejected` with 487 follows, or the late 200 is ended by BYE and the same is told. `reason`: words for the Reason header (RFC 3326). */
  cancel(reason?: string): void
}

/** What becomes of an offer of the peer's. */
export type OfferDecision = { readonly sdp: string } | { readonly status: number; readonly reason: string }

export interface OutgoingInviteDelegate {
  /** 101 to 199, each fork has its own tag. */
  onProvisional(response: { status: number; reason: string; tag: string; sdp: string | undefined }): void
  /** `answer` is empty where the 2xx says nothing, or where an UPDATE of either side has agreed on something newer. */
  onAccepted(dialog: Dialog, answer: string): void
  /** The peer, which has answered our offer reliably, offers something else before it accepts (RFC 3311). */
  onUpdate?(offer: string): OfferDecision
  onRejected(response: FinalResponse): void
}

export interface IncomingInvite {
  readonly sipCallId: string
  readonly from: { readonly uri: string; readonly displayName?: string }
  readonly to: { readonly uri: string }
  readonly requestUri: string
  /** Where the request really came from, and the local address that answers go out from. */
  readonly source: { readonly address: string; readonly port: number }
  readonly localAddress: string
  /** Undefined: a delayed offer, we offer in the 200 (RFC 3264 4). */
  readonly offer: string | undefined
  /** True when this phone itself sent it (a call to oneself). */
  readonly fromSelf: boolean
  /** The account that was called through its own server; undefined: a direct call. */
  readonly line: Line | undefined
  /** The call whose place this one wants to take. */
  readonly replaces: Replaces | undefined
  header(name: string): string | undefined
  delegate: IncomingInviteDelegate | undefined
  /** The caller insists on acknowledging provisional responses (RFC 3262): `ring` may carry a session description. */
  readonly reliable: boolean
  /** 180; with `sdp`, only where it is `reliable`: our answer to the offer, or an offer where there was none. */
  ring(sdp?: string): void
  /**
   * Resolves when the 200 is out; the peer's answer to a delayed offer comes with its ACK. Undefined where it rang with a
   * session description: then the 200 waits for the PRACK. Rejects with a UserAgentError when the INVITE is gone.
   */
  accept(sdp: string | undefined): Promise<Dialog>
  reject(status: number, reason?: string): void
  /** 302. `diversion`: the address that was called, and why it sends the call on (RFC 5806). */
  redirect(contacts: readonly string[], diversion?: { readonly uri: string; readonly reason: string }): void
}

export interface IncomingInviteDelegate {
  /** CANCEL came, or the INVITE died otherwise. `reasonHeader` is the Reason header's text (RFC 3326). */
  onCancelled(reasonHeader: string | undefined): void
  /** The peer's answer to the offer that it rang with; undefined: its PRACK has none. */
  onAnswer?(answer: string | undefined): void
  /** After our answer the peer offers something else before we accept, in the PRACK or an UPDATE. */
  onOffer?(offer: string): OfferDecision
}

/** A confirmed INVITE dialog. */
export interface Dialog {
  readonly sipCallId: string
  readonly name: DialogName
  /** The Contact that the peer gave when the dialog was made. */
  readonly remoteTarget: string
  readonly localAddress: string
  readonly remoteAddress: string
  delegate: DialogDelegate | undefined
  /**
   * re-INVITE with an offer (RFC 3261 14.1, with the retry after 491). Never rejects: a failed one tells its status.
   * An offer given as a function is made anew for each attempt: the peer's own re-INVITE may have come in between.
   */
  reinvite(offer: string | (() => string)): Promise<FinalResponse & { readonly answer?: string }>
  /**
   * Finds out where we are now, which `localAddress` and all requests to come say: the local address when that is
   * elsewhere than before, and a re-INVITE is due to tell the peer. Rejects with an error when there is no way to the
   * peer.
   */
  relocate(): Promise<string | undefined>
  /** Resolves when the BYE is answered or has given up. */
  bye(reason?: string): Promise<void>
  info(contentType: string, body: string): Promise<FinalResponse>
  /** REFER. The delegate hears of it, never before this returned. */
  refer(refer: Refer, delegate: ReferDelegate): void
}

export interface DialogDelegate {
  /** Our answer to a delayed offer arrived in the ACK. */
  onAck(answer: string | undefined): void
  /** The peer's re-INVITE or UPDATE: our answer (or our offer, if it had none), or a refusal. */
  onReinvite(offer: string | undefined): OfferDecision
  onInfo(contentType: string, body: string): { readonly status: number }
  /** RFC 4028 7.4: a re-INVITE that changes nothing is due, as the peer knows no UPDATE. */
  onRefresh?(): void
  /** To be answered by `accept` or `reject`; without anybody to ask it is refused. */
  onRefer?(refer: IncomingRefer): void
  /** BYE came, or the engine gave the dialog up (no ACK). */
  onBye(by: 'remote' | 'network', reasonHeader: string | undefined): void
}
