import type { TraceMessage } from '../phone/trace-message.ts'
import { addressIn, type ReadMessage, readMessage, valueOf } from './read-message.ts'
import { type Step, stepsOf } from './steps.ts'

/** What belongs to one Call-ID: a call, a registration, a message ... */
export interface Conversation {
  readonly sipCallId: string
  /** The first request's method; empty when there is none to be read. */
  readonly method: string
  readonly steps: readonly Step[]
  /** Of somebody else: `out` then says nothing of who we are. */
  readonly captured: boolean
}

/** In the order of their first messages. */
export function conversationsOf(messages: readonly TraceMessage[], captured: boolean): Conversation[] {
  const byId = new Map<string, TraceMessage[]>()
  for (const message of messages) {
    const list = byId.get(message.sipCallId)
    if (list) list.push(message)
    else byId.set(message.sipCallId, [message])
  }
  return [...byId.values()].map((list) => conversationOf(list, captured))
}

/** Of messages with the same Call-ID. */
export function conversationOf(messages: readonly TraceMessage[], captured: boolean): Conversation {
  const steps = stepsOf(messages.map(readMessage))
  const first = steps.find(({ read }) => read.message.code === undefined) ?? steps[0]
  return {
    sipCallId: messages[0]?.sipCallId ?? '',
    method: first?.read.message.method ?? '',
    steps,
    captured,
  }
}

/** Retransmissions too, in the order they passed. */
export function messagesOf({ steps }: Conversation): TraceMessage[] {
  return steps
    .flatMap(({ read, again }) => [read.message, ...again.map(({ message }) => message)])
    .toSorted((one, other) => one.id - other.id)
}

/** Who sent a message: `self` for this phone, else as the message names them. */
type Who = { readonly word: 'self' } | string

export function whoSent(read: ReadMessage, { captured }: Conversation): Who {
  if (!captured && read.message.direction === 'out') return { word: 'self' }
  const { code, method } = read.message
  // Registrars and proxies speak for nobody but themselves.
  if (code === 401 || code === 407 || (code !== undefined && method === 'REGISTER')) return read.from
  const named = addressIn(valueOf(read, code === undefined ? 'From' : 'To'))
  return named === '' ? read.from : named
}
