import type { Header, SipRequest, SipResponse } from './message/message.ts'

/**
 * The seam between the SIP engine and whoever uses it (RFC 3261 5 calls that the transaction user; here it is the
 * control link to drachtio-srf). The engine owns transactions, retransmissions, dialogs, forks, CANCEL and ACK; the
 * user decides what to ask and what to answer.
 */

export type TransportName = 'udp' | 'tcp' | 'tls'

/** An address as the network layer knows it. `address` is an IP literal without brackets. */
export interface Endpoint {
  readonly transport: TransportName
  readonly address: string
  readonly port: number
  /** TLS: the domain its certificate has to be for (RFC 5922 4), as the user knows it. */
  readonly serverName?: string
}

/** What really went out: the message as sent and the two ends it went between. */
export interface Sent<M> {
  readonly message: M
  readonly local: Endpoint
  readonly remote: Endpoint
  /** Names the client transaction (or, for a response, the server transaction). */
  readonly transactionId: string
  /** Empty outside dialogs. */
  readonly dialogId: string
}

export type SendResult<M> =
  | { readonly ok: true; readonly sent: Sent<M> }
  | { readonly ok: false; readonly reason: string }

/** A request the user wants sent. The engine adds Via, Max-Forwards, Call-ID, CSeq, From tag, Contact where missing. */
export interface OutgoingRequest {
  readonly method: string
  /** Request-URI; in a dialog it may be empty: the remote target is used. */
  readonly uri: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
  /** Next hop instead of the Request-URI, a SIP URI; `lr` is implied. */
  readonly nextHop?: string
  /** Outside dialogs, over UDP: what Via says instead of our own address, behind a NAT (RFC 3261 18.1.1). */
  readonly sentBy?: SocketAddress
}

export interface OutgoingResponse {
  readonly status: number
  readonly reason: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/**
 * The engine as its user sees it. Every `done` is called exactly once, never from within the call itself. None of
 * these throws on what the peer or the user wrote: faults come as `ok: false`.
 */
export interface Engine {
  readonly listening: readonly Endpoint[]
  /** Outside any dialog. After `ok`, exactly one final response follows through `onResponse`, a 408 or 503 of our own if need be. */
  send(request: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void
  /** In a dialog: Call-ID, From, To, CSeq, Route, Request-URI come from the dialog. ACK and PRACK too. */
  sendInDialog(dialogId: string, request: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void
  /** Cancels an INVITE; held back until a provisional response has come (RFC 3261 9.1). The INVITE still gets its one final response. */
  cancel(transactionId: string, headers: readonly Header[], done: (result: SendResult<SipRequest>) => void): void
  /**
   * Answers an incoming request: at once, so that nothing its user does next keeps the caller waiting; `done` may come
   * before it returns. A second final answer is `ok: false`.
   */
  respond(transactionId: string, response: OutgoingResponse, done: (result: SendResult<SipResponse>) => void): void
  /** The local address that packets to this SIP URI's next hop would leave from, and where they would go. Rejects with an EngineError. */
  route(uri: string): Promise<{ readonly local: Endpoint; readonly remote: Endpoint }>
  /** Where a STUN server (RFC 8489) sees the UDP port that SIP uses. Rejects with an error of a stable `code`. */
  discover(server: SocketAddress): Promise<SocketAddress>
  /** Keeps the UDP flow to where `uri` leads open through NATs (RFC 5626 4.4), until the returned function is called. */
  keepAlive(uri: string, options: FlowOptions): () => void
  /** Hears of every connection that is gone, by whomever it was made or ended. Set by the user. */
  onFlowClosed?: ((remote: Endpoint) => void) | undefined
  /** Ends every timer and socket. What is open then gets no more answer. */
  close(): Promise<void>
  /** The machine has, or may have, other addresses than before. */
  networkChanged(): void
  /** How much is alive: for leak tests and the diagnostics. */
  counts(): EngineCounts
}

/** `address` is an IP literal without brackets. */
export interface SocketAddress {
  readonly address: string
  readonly port: number
}

export interface FlowOptions {
  /** `crlf` only keeps the mapping; `stun` also learns of its changes, from a peer that answers STUN on its SIP port. */
  readonly kind: 'crlf' | 'stun'
  /** Each comes after 80 to 100 % of this, ms; RFC 5626 4.4.2: 29 s. */
  readonly intervalMs: number
  /** STUN: where the peer sees us, at first and whenever it changes. */
  readonly onMapped?: (mapped: SocketAddress) => void
  /** Once: the flow is dead, and is not kept any more. */
  readonly onFailed: (error: Error) => void
}

export interface EngineCounts {
  readonly clientTransactions: number
  readonly serverTransactions: number
  readonly dialogs: number
  readonly timers: number
}

/** What the engine tells its user. Called from the engine's loop; it must not throw (the engine survives it if it does). */
export interface TransactionUser {
  /**
   * A request: new, in a dialog (`dialogId`), the ACK of a 2xx (with the INVITE's transactionId), or a CANCEL (with the
   * INVITE's transactionId, already answered 200 and 487 by the engine). Retransmissions never come here.
   * A BYE to an early dialog, and an INVITE that was given no final answer for far too long, come as such a CANCEL too.
   */
  onRequest(request: SipRequest, context: RequestContext): void
  /** 101 to 199, then exactly one final. `generated` marks a 408, 487 or 503 the engine made itself. */
  onResponse(response: SipResponse, context: ResponseContext): void
  /** A BYE the engine sent on its own (no ACK came, a 200 crossed our CANCEL): the dialog is gone. */
  onDialogEnded(dialogId: string, bye: SipRequest, local: Endpoint, remote: Endpoint): void
}

export interface RequestContext {
  readonly transactionId: string
  readonly dialogId: string
  readonly local: Endpoint
  readonly remote: Endpoint
}

export interface ResponseContext extends RequestContext {
  readonly generated: boolean
}

/** Every datagram or stream message that passed a socket, for the trace. `retransmission` as far as the engine knows. */
export interface WireTap {
  onMessage(message: WireMessage): void
  /** A transaction took a step. */
  noteInput?(machine: string, branch: string, input: { readonly kind: string }): void
}

export interface WireMessage {
  readonly direction: 'in' | 'out'
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly bytes: Uint8Array
  readonly retransmission: boolean
  /** Why the parser refused it, or what it mended. */
  readonly note?: string
}
