import type { Headers, Request, Response } from 'drachtio-srf'
import { UserAgentError, type FinalResponse, type IncomingMessage, type OutgoingMessage } from '../phone/ports.ts'
import { localMark, type Endpoint } from '../sip/index.ts'
import { isAcceptable } from './acceptable.ts'
import { addressOf, fromHeader, toHeader } from './addresses.ts'
import { answer } from './answer.ts'
import { Authorisation, nextInTransaction } from './authorisation.ts'
import { randomToken, type Core } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import { AccountLine } from './line.ts'
import { transact } from './transact.ts'

/** Instant messages in page mode (RFC 3428). */

const textType = 'text/plain'

/** RFC 3428 8: the most bytes that a MESSAGE may have where it goes as a datagram. */
export const mostDatagramBytes = 1300
/** Over a stream; more is no message but a file. */
const mostStreamBytes = 65_536
/** What is added on the way: Via (but for our address), Max-Forwards, CSeq, User-Agent, Content-Length. */
const addedBytes = 175

/** One MESSAGE and its final answer. `way`: our end of where it will go. Rejects with a UserAgentError, `too-long`. */
export function sendMessage(core: Core, message: OutgoingMessage, way: Endpoint): Promise<FinalResponse> {
  const { uri, from } = message
  const line = message.line instanceof AccountLine ? message.line : undefined
  const route = line?.routeTo(uri) ?? []
  const body = message.text.toWellFormed()
  const most = way.transport === 'udp' ? mostDatagramBytes : mostStreamBytes
  const authorisation = new Authorisation(core, line, 'other')
  const given: Headers = {
    'Call-ID': randomToken(core, 16),
    From: fromHeader(from, randomToken(core, 8)) ?? '',
    To: toHeader(uri),
    'Content-Type': `${textType};charset=UTF-8`,
    ...(route.length > 0 && { Route: route.join(', ') }),
  }
  return new Promise((resolve, reject) => {
    const attempt = (headers: Headers): void => {
      const tooMany = sizeOf(uri, headers, body, way) - most
      if (tooMany > 0) return reject(tooLong(way, tooMany))
      let sent: Request | undefined
      transact(
        core,
        uri,
        { method: 'MESSAGE', headers: { ...headers, ...line?.marks }, body },
        {
          onSent: (request) => {
            sent = request
            authorisation.sent(request)
          },
          onFailed: (reason) => resolve(unreachable(reason)),
          onFinal: (response) => {
            const credentials = sent && authorisation.retry(sent, response, body)
            // The credentials may be what makes it too long.
            if (sent && credentials) attempt({ ...given, ...nextInTransaction(sent), ...credentials })
            else resolve(finalOf(response))
          },
        },
      )
    }
    attempt(given)
  })
}

/** Rather too many than too few: a datagram that is too long is lost in pieces. */
function sizeOf(uri: string, headers: Headers, body: string, { address, port }: Endpoint): number {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const text = `MESSAGE ${uri} SIP/2.0\r\n${lines.join('')}\r\n${body}`
  // Our address stands in Via, and in From where that says `localhost`.
  return Buffer.byteLength(text) + 2 * `[${address}]:${port}`.length + addedBytes
}

function tooLong({ transport }: Endpoint, tooMany: number): UserAgentError {
  const remedy = transport === 'udp' ? 'shorten it, send it in parts, or use TCP' : 'shorten it or send it in parts'
  return new UserAgentError('too-long', `The message is ${tooMany} bytes too long: ${remedy}`)
}

/** A MESSAGE that came in, within a call or not. */
export function receiveMessage(core: Core, request: Request, response: Response): void {
  if (!isAcceptable(request, response, [textType])) return
  const { delegate, wrap } = core
  const text = request.body ?? ''
  // RFC 3428 7: nothing is forwarded or kept for later here, so that 200 is the truth.
  if (text === '') return answer(response, 200)
  const message: IncomingMessage = {
    sipCallId: request.get('call-id') ?? '',
    from: addressOf(request.get('from') ?? ''),
    to: { uri: addressOf(request.get('to') ?? '').uri },
    source: { address: request.source_address, port: request.source_port },
    localAddress: request.get(localMark) ?? '',
    line: [...core.lines].find((line) => line.owns(request)),
    text,
  }
  const verdict = wrap.value('onMessage', () => delegate.onMessage?.(message) ?? { status: 480 }, { status: 500 })
  const { status, reason, retryAfterSeconds } = verdict
  const later = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }
  answer(response, status, later, undefined, reason)
}
