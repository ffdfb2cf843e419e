import { useMemo } from 'react'
import type { TraceMessage } from '../../electron/ipc/contract.ts'
import { type Conversation, conversationOf } from '../../electron/dissect/conversation.ts'
import { type Outline, outlineOf } from '../../electron/dissect/outline.ts'
import { keyOf, type OpenFile, type TraceFilter, useTrace } from './state.ts'

/** A conversation as the list, the ladder and the message pane show it. */
export interface Entry {
  readonly key: string
  /** Undefined: of this phone. */
  readonly file: OpenFile | undefined
  readonly conversation: Conversation
  readonly outline: Outline
}

/** Reading a conversation costs; it is done again only when a message has come to it. */
const read = new Map<
  string,
  { readonly last: TraceMessage | undefined; readonly count: number; readonly entry: Entry }
>()
const mostRead = 20_000

/** Of this phone newest first, then file by file in their own order. */
export function useEntries(): readonly Entry[] {
  const live = useTrace(({ live }) => live)
  const files = useTrace(({ files }) => files)
  const own = useMemo(() => entriesOf(live, undefined).toReversed(), [live])
  const foreign = useMemo(() => files.flatMap((file) => entriesOf(file.capture.messages, file)), [files])
  return useMemo(() => [...own, ...foreign], [own, foreign])
}

function entriesOf(messages: readonly TraceMessage[], file: OpenFile | undefined): Entry[] {
  const byId = new Map<string, TraceMessage[]>()
  for (const message of messages) {
    const list = byId.get(message.sipCallId)
    if (list) list.push(message)
    else byId.set(message.sipCallId, [message])
  }
  return [...byId].map(([sipCallId, list]) => {
    const key = keyOf(file?.id ?? 'live', sipCallId)
    const before = read.get(key)
    if (before !== undefined && before.count === list.length && before.last === list.at(-1)) return before.entry
    const conversation = conversationOf(list, file !== undefined)
    const entry = { key, file, conversation, outline: outlineOf(conversation) }
    if (read.size >= mostRead) read.clear()
    read.set(key, { last: list.at(-1), count: list.length, entry })
    return entry
  })
}

export function fits({ outline }: Entry, filter: TraceFilter): boolean {
  return (
    filter === 'all' ||
    (filter === 'calls' && outline.kind === 'call') ||
    (filter === 'registrations' && outline.kind === 'registration') ||
    (filter === 'problems' && outline.problem)
  )
}
