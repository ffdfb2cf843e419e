import { header, headers } from '../message/headers.ts'
import type { Header, SipResponse } from '../message/message.ts'
import type { Endpoint } from '../transaction-user.ts'

/**
 * What the engine knows of a message beyond its text, as headers of our own. They live on the link alone: the link
 * sets them, and takes them off whatever comes from the network or goes to it.
 */

/** The local address a request came in on or went out from, without brackets. */
export const localMark = 'X-Dialtone-Local'
/** On a response that the engine made itself because no answer came (408), or none can (503). */
export const generatedMark = 'X-Dialtone-Generated'

/**
 * On a reliable provisional response, in the place of its RSeq, for which drachtio-srf would send a PRACK of its own: the
 * RAck that acknowledges it (RFC 3262 7.2).
 */
export const reliableMark = 'X-Dialtone-Reliable'

/**
 * On what the user sends: whether it is to tell our internal address (`default`, `always`, `never`), as far as a NAT
 * makes a difference.
 */
export const internalMark = 'X-Dialtone-Internal'

const marks = new Set([localMark, generatedMark, reliableMark, internalMark].map((name) => name.toLowerCase()))

export function isMark(name: string): boolean {
  return marks.has(name.toLowerCase())
}

export function localMarkOf(local: Endpoint): Header {
  return { name: localMark, value: local.address }
}

/** None unless the response is to be acknowledged. */
export function reliableMarkOf(response: SipResponse): Header[] {
  const rseq = response.status < 200 ? header(response, 'RSeq') : undefined
  const demanded = rseq !== undefined && /(?:^|,)\s*100rel\s*(?:,|$)/.test(headers(response, 'Require').join())
  return demanded ? [{ name: reliableMark, value: `${rseq} ${header(response, 'CSeq') ?? ''}` }] : []
}
