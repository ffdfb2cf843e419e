export type TransportErrorCode =
  | 'port-in-use'
  | 'address-not-available'
  | 'unreachable'
  | 'too-large'
  | 'closed'
  /** The peer does not read what it is sent. */
  | 'congested'
  /** The peer's certificate is not for it, or nobody we trust has signed it; see certificate-trust.ts. */
  | 'certificate-untrusted'
  /** The peer takes connections, but does not speak TLS on them, or none that we speak. */
  | 'tls-failed'
  | 'failed'

export class TransportError extends Error {
  readonly code: TransportErrorCode
  constructor(code: TransportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TransportError'
    this.code = code
  }
}

const codes: Readonly<Record<string, TransportErrorCode>> = {
  EADDRINUSE: 'port-in-use',
  EADDRNOTAVAIL: 'address-not-available',
  EACCES: 'address-not-available', // ports below 1024 without the right to them
  EMSGSIZE: 'too-large',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable', // Windows' word for ICMP port unreachable
  ECONNABORTED: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EPIPE: 'closed',
  ERR_STREAM_DESTROYED: 'closed',
  ERR_STREAM_WRITE_AFTER_END: 'closed',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'closed',
  ECANCELED: 'closed',
}

/** What a socket call threw, in the words of this room; `subject` says what was tried. */
export function toTransportError(error: unknown, subject: string): TransportError {
  if (error instanceof TransportError) return error
  const code = (error as NodeJS.ErrnoException | null)?.code
  const detail = error instanceof Error ? error.message : String(error)
  return new TransportError(codes[code ?? ''] ?? 'failed', `${subject}: ${detail}`, { cause: error })
}
