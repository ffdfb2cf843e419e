import type { Endpoint } from '../transaction-user.ts'
import type { MappedAddress } from '../../../native/nat/stun.ts'
import type { StunQuestion } from './stun-port.ts'
import type { TransportError } from './transport-error.ts'

/**
 * A way to send and receive SIP messages. The engine knows no more of the network than this; the tests bring a
 * simulated one.
 */
export interface Transport {
  /** Where it listens: address as bound (the wildcard stays the wildcard), the real port. */
  readonly local: Endpoint
  /** Whom to tell; what arrives while it is unset is dropped. */
  delegate: TransportDelegate | undefined
  /**
   * Sends one message from `local` to `remote`, whose address is an IP literal without brackets. `done` is called once:
   * when the kernel has taken it, or with what is known to have failed. Whether it arrives, nobody says. Of streams:
   * over the connection to `remote`, made if there is none, unless `onFlow` says that it has to be there already.
   */
  send(bytes: Uint8Array, remote: Endpoint, done: (error: TransportError | undefined) => void, onFlow?: boolean): void
  /** Streams only: a connection to `remote`, made if there is none. `done` once, never within: our end of it. */
  open?(remote: Endpoint, done: (opened: Endpoint | TransportError) => void): void
  /** UDP only: where a STUN server sees this very port (RFC 8489). Rejects with a TransportError. */
  discover?(question: StunQuestion): Promise<MappedAddress>
  /** Streams only: connections that begin at none of these addresses are dead, and closed. */
  networkChanged?(own: readonly string[]): void
  /** Idempotent. Nothing is delivered after the call; resolves when the port is free again. */
  close(): Promise<void>
}

export interface TransportDelegate {
  /**
   * One datagram, or one message of a stream; `bytes` belongs to the receiver from now on. `local` of a stream is our
   * end as the peer can reach it, never a wildcard.
   */
  onBytes(bytes: Uint8Array, local: Endpoint, remote: Endpoint): void
  /** A connection is gone, by whomever it was made or ended: no more comes from `remote`. */
  onFlowClosed?(remote: Endpoint): void
  /** The socket failed outside a `send`, or `onBytes` threw; the transport goes on if it can. */
  onError(error: TransportError): void
}

/** What the kernel can be asked without a SIP message being sent. */
export interface Probe {
  /** The local address that packets to `address` (an IP literal) would leave from. Rejects with a TransportError. */
  localAddressFor(address: string, port: number): Promise<string>
  /** The machine's addresses now; absent: they never change. */
  ownAddresses?(): readonly string[]
  /** Never throws, and `verdict` never rejects. */
  watchPort(address: string, port: number): PortWatch
}

/**
 * A keep-alive (CRLFCRLF, RFC 5626 3.5.1) is sent to the port from a connected socket of its own, because only such a
 * socket is told of the ICMP errors that answer it: a closed port shows at once instead of after timer B.
 */
export interface PortWatch {
  /** Settles once: as soon as an ICMP error came back, when the watch's time is over, or on `cancel` (`unknown`). */
  readonly verdict: Promise<PortVerdict>
  cancel(): void
}

/** `closed`: nobody listens on that port. `unreachable`: no way to that host. `unknown`: no complaint came. */
export type PortVerdict = 'closed' | 'unreachable' | 'unknown'
