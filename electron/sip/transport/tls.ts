import { isIP } from 'node:net'
import { connect, createServer, rootCertificates, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { Clock } from '../clock.ts'
import type { Endpoint } from '../transaction-user.ts'
import { isCertificateFor } from './certificate-names.ts'
import {
  CertificateTrust,
  type CertificateAnswer,
  type CertificateFacts,
  type PinnedCertificate,
} from './certificate-trust.ts'
import { StreamTransport, type StreamBinding, type StreamKind, type StreamOptions } from './stream-transport.ts'
import { TransportError } from './transport-error.ts'

export interface TlsOptions extends StreamOptions {
  /** Our own, PEM. Without it nobody can connect to us, and calls come over connections of our own only. */
  readonly identity?: { readonly key: string; readonly certificate: string }
  /** Authorities beside those that Node knows, PEM. */
  readonly authorities?: readonly string[]
  /** Certificates that were accepted for good, each for one host. */
  readonly pinned?: readonly PinnedCertificate[]
  /** Who decides about certificates that do not prove whose they are; without it none is accepted. */
  readonly onUntrusted?: (facts: CertificateFacts) => Promise<CertificateAnswer>
  /** How long a connection waits for that decision, ms; an answer that comes later counts for the next one. */
  readonly decisionMs?: number
}

/** TLS 1.2 and later over IPv4 or IPv6 (RFC 3261 26.2, RFC 5922). Rejects with a TransportError. */
export function startTls(binding: StreamBinding, options: TlsOptions): Promise<StreamTransport> {
  return StreamTransport.start(tlsKind(options), binding, options)
}

function tlsKind(options: TlsOptions): StreamKind {
  const { identity, authorities = [], pinned, onUntrusted, clock, decisionMs = 60_000 } = options
  const trust = new CertificateTrust(pinned, onUntrusted)
  const own = identity && { key: identity.key, cert: identity.certificate }
  const common = { minVersion: 'TLSv1.2', ...own } as const
  return {
    name: 'tls',
    dial(remote, localAddress) {
      const name = remote.serverName ?? remote.address
      const socket = connect({
        ...common,
        host: remote.address,
        port: remote.port,
        ...(isIP(name) === 0 && { servername: name }), // RFC 6066 3: no addresses there
        ...(localAddress !== undefined && { localAddress }),
        ...(authorities.length > 0 && { ca: [...rootCertificates, ...authorities] }),
        rejectUnauthorized: false, // what is wrong is looked at below, so that it can be told and decided
      })
      let reached = false
      socket.once('connect', () => (reached = true))
      const connected = new Promise<void>((resolve, reject) => {
        const fail = (error: Error) => reject(reached ? noHandshake(remote, error) : error)
        socket.once('secureConnect', resolve)
        socket.once('error', fail)
        for (const gone of ['end', 'close']) socket.once(gone, () => fail(new Error('the connection was closed')))
      })
      const ready = connected.then(() => verify(socket, name, remote, trust, clock, decisionMs))
      return { socket, connected, ready }
    },
    ...(own && {
      createServer: (onConnection) => createServer({ ...common, handshakeTimeout: 5_000 }, onConnection),
    }),
  }
}

async function verify(
  socket: TLSSocket,
  host: string,
  remote: Endpoint,
  trust: CertificateTrust,
  clock: Clock,
  decisionMs: number,
): Promise<void> {
  const certificate = socket.getPeerCertificate()
  const wrong = faultOf(socket, host, certificate)
  if (wrong === undefined) return
  let stop = () => {}
  const late = new Promise<void>((resolve) => (stop = clock.after(decisionMs, resolve)))
  const verdict = await trust.judge(factsOf(host, certificate, wrong), late)
  stop()
  if (verdict === 'accepted') return
  const why = verdict === 'refused' ? 'it was not accepted' : 'nobody has decided about it yet'
  const where = `TLS to ${remote.address} port ${remote.port}`
  throw new TransportError('certificate-untrusted', `${where}: ${wrong.reason}; ${why}`)
}

function noHandshake({ address, port }: Endpoint, cause: Error): TransportError {
  return new TransportError('tls-failed', `TLS to ${address} port ${port}: no TLS there: ${cause.message}`, { cause })
}

type Fault = Pick<CertificateFacts, 'reason' | 'fault'>

function faultOf(socket: TLSSocket, host: string, certificate: PeerCertificate): Fault | undefined {
  if (!socket.authorized) {
    const error: unknown = socket.authorizationError
    const code = error instanceof Error ? error.message : String(error)
    const fault = code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID' ? 'expired' : 'unknown-authority'
    return { fault, reason: `its certificate cannot be verified (${code})` }
  }
  if (isCertificateFor(host, certificate)) return undefined
  return { fault: 'wrong-name', reason: `its certificate is not for ${host}` }
}

function factsOf(host: string, certificate: PeerCertificate, fault: Fault): CertificateFacts {
  const validTo = new Date(certificate.valid_to)
  return {
    host,
    fingerprint: certificate.fingerprint256 ?? '',
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validTo: Number.isNaN(validTo.getTime()) ? '' : validTo.toISOString(),
    ...fault,
  }
}

/** `CN=a.test, O=Somebody`, of limited length: it is shown to people, and a stranger wrote it. */
function nameOf(name: object | undefined): string {
  const parts = Object.entries(name ?? {}).map(([key, value]) => `${key}=${String(value)}`)
  return parts
    .join(', ')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 256)
}
