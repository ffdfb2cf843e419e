import { tagOf } from '../sip/message/name-addr.ts'
import { type ReadMessage, valueOf } from './read-message.ts'

/** A message, with those that only said it again. */
export interface Step {
  readonly read: ReadMessage
  /** Retransmissions of it, in order. */
  readonly again: readonly ReadMessage[]
  /** From 1; messages of one transaction have the same number. */
  readonly transaction: number
}

/**
 * Messages of a conversation by time, each retransmission folded into what it repeats (RFC 3261 17), each with the
 * transaction it belongs to. A message recorded at both of its ends stands once.
 */
export function stepsOf(messages: readonly ReadMessage[]): Step[] {
  const steps: { read: ReadMessage; again: ReadMessage[]; transaction: number; seen: Set<string> }[] = []
  const byContent = new Map<string, (typeof steps)[number]>()
  const transactions = new Map<string, number>()
  for (const read of messages.toSorted((one, other) => one.message.monotonicMs - other.message.monotonicMs)) {
    const key = transactionKey(read)
    const transaction = transactions.get(key) ?? transactions.size + 1
    transactions.set(key, transaction)
    const content = contentKey(read)
    const first = byContent.get(content)
    if (first === undefined) {
      const step = { read, again: [], transaction, seen: new Set([read.message.direction]) }
      byContent.set(content, step)
      steps.push(step)
    } else if (!first.seen.has(read.message.direction) && first.again.length === 0) {
      // Two recorders, or one phone that calls itself: the other end of the same wire.
      first.seen.add(read.message.direction)
    } else if (first.read.message.direction === read.message.direction) first.again.push(read)
  }
  return steps.map(({ read, again, transaction }) => ({ read, again, transaction }))
}

/** RFC 3261 17.1.3, 17.2.3: the branch names it; the ACK of a refusal is a part of what was refused. */
function transactionKey({ message, from, to }: ReadMessage): string {
  const ends = [from, to].toSorted().join(' ')
  const method = message.method === 'ACK' ? 'INVITE' : message.method
  return `${ends} ${message.branch === '' ? message.cseq : message.branch} ${method}`
}

function contentKey(read: ReadMessage): string {
  const { message, from, to } = read
  const { method, code = '', cseq, branch, sipCallId } = message
  return JSON.stringify([from, to, sipCallId, method, code, cseq, branch, tagOf(valueOf(read, 'To')) ?? ''])
}
