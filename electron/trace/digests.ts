import { createHash } from 'node:crypto'
import { credentialsIn, type DigestSteps, digestSteps, type Hash } from '../dissect/digest.ts'
import { readMessage } from '../dissect/read-message.ts'
import { summarise } from '../dissect/summary.ts'

const hash: Hash = (algorithm, text) => createHash(algorithm).update(text).digest('hex')

/** The digests in the text of a request; empty for one without. */
export function digestsIn(text: string, password?: string): DigestSteps[] {
  const message = { ...nowhere, ...summarise(text), text }
  return credentialsIn(readMessage(message)).map((credentials) => digestSteps(credentials, hash, password))
}

const nowhere = {
  id: 0,
  at: '',
  monotonicMs: 0,
  direction: 'out',
  transport: 'udp',
  local: '',
  remote: '',
  retransmission: false,
} as const
