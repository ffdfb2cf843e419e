import { addressKey, type LogEntry, type TextMessage } from '../../electron/ipc/contract.ts'

/** What stands in a conversation: a message, or a call. */
type ThreadItem =
  | { readonly kind: 'message'; readonly at: string; readonly message: TextMessage }
  | { readonly kind: 'call'; readonly at: string; readonly call: LogEntry }

/** The messages, oldest first, with the calls with the same one among them; none from before the first that is shown. */
export function threadItems(
  messages: readonly TextMessage[],
  complete: boolean,
  peer: string,
  log: readonly LogEntry[],
): readonly ThreadItem[] {
  const since = complete ? '' : (messages[0]?.at ?? '')
  const calls = log.filter(({ at, remote }) => at >= since && addressKey(remote.uri) === peer).toReversed()
  const items: ThreadItem[] = []
  for (const message of messages) {
    // Messages keep the order in which they came, whatever their times say.
    for (let call = calls[0]; call !== undefined && call.at < message.at; call = calls[0]) {
      items.push({ kind: 'call', at: call.at, call })
      calls.shift()
    }
    items.push({ kind: 'message', at: message.at, message })
  }
  return [...items, ...calls.map((call) => ({ kind: 'call', at: call.at, call }) as const)]
}

/** The same for the same one, and no other's. */
export function itemKey(item: ThreadItem): string {
  return item.kind === 'call' ? `call ${item.call.id}` : `message ${item.message.id}`
}
