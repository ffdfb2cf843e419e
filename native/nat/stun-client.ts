import {
  bindingMethod,
  errorCode,
  fingerprintOf,
  mappedAddress,
  parseStun,
  writeStun,
  type MappedAddress,
} from './stun.ts'

/** One Binding request and its answer over UDP (RFC 8489 6.2.1, 6.3). Pure. */
export interface StunClient {
  readonly state: 'waiting' | 'over'
  readonly request: Uint8Array
  readonly transactionId: Uint8Array
  /** So many requests went out. */
  readonly sent: number
}

export interface StunTimers {
  /** The first interval, doubled after each request, ms. */
  readonly rtoMs: number
  /** Rc: the most requests. */
  readonly requests: number
  /** Rm: the last one is waited for so many times `rtoMs`. */
  readonly lastFactor: number
}

/** RFC 8489 6.2.1: given up after 39.5 s. */
const rfc8489Timers: StunTimers = { rtoMs: 500, requests: 7, lastFactor: 16 }

export type StunInput = { readonly kind: 'start' | 'timer' } | { readonly kind: 'response'; readonly bytes: Uint8Array }

type StunOutput =
  | { readonly kind: 'transmit'; readonly bytes: Uint8Array }
  | { readonly kind: 'set-timer'; readonly ms: number }
  | { readonly kind: 'clear-timer' }
  /** We are seen there. */
  | { readonly kind: 'mapped'; readonly mapped: MappedAddress }
  /** `code` of an error response (RFC 8489 14.8); 0: it was none that says anything. */
  | { readonly kind: 'failed'; readonly reason: 'timeout' | 'refused'; readonly code: number }

/** `transactionId`: 12 unpredictable bytes, which alone prove that an answer is one (RFC 8489 6.3.1). */
export function stunClient(transactionId: Uint8Array): StunClient {
  const message = { class: 'request', method: bindingMethod, transactionId, attributes: [] } as const
  return { state: 'waiting', request: writeStun(message, { fingerprint: true }), transactionId, sent: 0 }
}

export function stepStunClient(
  client: StunClient,
  input: StunInput,
  timers: StunTimers = rfc8489Timers,
): readonly [StunClient, readonly StunOutput[]] {
  if (client.state === 'over') return [client, []]
  if (input.kind === 'response') return answered(client, input.bytes)
  if (client.sent === timers.requests)
    return [{ ...client, state: 'over' }, [{ kind: 'failed', reason: 'timeout', code: 0 }]]
  const sent = client.sent + 1
  const ms = timers.rtoMs * (sent === timers.requests ? timers.lastFactor : 2 ** (sent - 1))
  return [
    { ...client, sent },
    [
      { kind: 'transmit', bytes: client.request },
      { kind: 'set-timer', ms },
    ],
  ]
}

/** Whether the bytes answer this request. */
export function answers({ transactionId }: StunClient, bytes: Uint8Array): boolean {
  const message = parseStun(bytes)
  if (!message || message.method !== bindingMethod) return false
  const isResponse = message.class === 'success' || message.class === 'error'
  return isResponse && Buffer.compare(message.transactionId, transactionId) === 0
}

function answered(client: StunClient, bytes: Uint8Array): readonly [StunClient, readonly StunOutput[]] {
  const message = parseStun(bytes)
  if (!message || !answers(client, bytes) || fingerprintOf(bytes) === 'wrong') return [client, []]
  const mapped = message.class === 'success' ? mappedAddress(message) : undefined
  const result: StunOutput = mapped
    ? { kind: 'mapped', mapped }
    : { kind: 'failed', reason: 'refused', code: errorCode(message) ?? 0 }
  return [{ ...client, state: 'over' }, [{ kind: 'clear-timer' }, result]]
}
