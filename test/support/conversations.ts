import type { Conversation, TextMessage } from '../../electron/phone/text-message.ts'

/** As the store tells them; oldest message first. */
export function conversationsOf(messages: readonly TextMessage[]): readonly Conversation[] {
  return [...Map.groupBy(messages, (message) => message.with)]
    .flatMap(([peer, all]): Conversation[] => {
      const last = all.at(-1)
      const named = all.findLast(({ displayName }) => displayName !== undefined)
      const unread = all.filter((message) => message.unread).length
      return last === undefined
        ? []
        : [{ with: peer, uri: last.uri, unread, last, ...(named?.displayName && { displayName: named.displayName }) }]
    })
    .toSorted((a, b) => b.last.id - a.last.id)
}
