import type { Header } from '../message/message.ts'
import type { Endpoint } from '../transaction-user.ts'

/**
 * What the engine knows of a message beyond its text, as headers of our own. They live on the link alone: the link
 * sets them, and takes them off whatever comes from the network or goes to it.
 */

/** The local address a request came in on or went out from, without brackets. */
export const localMark = 'X-Dialtone-Local'
/** On a response that the engine made itself because no answer came (408), or none can (503). */
export const generatedMark = 'X-Dialtone-Generated'

export function isMark(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === 'x-dialtone-local' || lower === 'x-dialtone-generated'
}

export function localMarkOf(local: Endpoint): Header {
  return { name: localMark, value: local.address }
}
