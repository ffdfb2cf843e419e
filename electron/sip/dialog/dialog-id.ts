/** Names of dialogs (RFC 3261 12): Call-ID and both tags, told apart by role, as a phone may call itself. */

type Role = 'uac' | 'uas'

export interface DialogTags {
  readonly role: Role
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
}

/**
 * The name the transaction user knows a dialog by. It begins as drachtio-server's do (`<Call-ID>;from-tag=<caller's
 * tag>`); what follows tells forks and the two ends of a call to oneself apart. Holds no blank, `|` or line end,
 * whatever the peer wrote.
 */
export function dialogId({ role, callId, localTag, remoteTag }: DialogTags): string {
  const [callerTag, calleeTag] = role === 'uac' ? [localTag, remoteTag] : [remoteTag, localTag]
  return `${callId};from-tag=${callerTag};to-tag=${calleeTag};${role}`.replace(
    /[\s|%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** What a request in the dialog is found by (RFC 3261 12.2.2). Header values hold no line end, so this is unique. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\n${localTag}\n${remoteTag}`
}
