import type { NotificationName, Notifications } from './contract.ts'

/**
 * What a newer one of the same name (and call) makes worthless: where such a key comes back, a carrier whose other end
 * reads slowly sends the newest only. Undefined: every one counts, and in order.
 */
export function newestWins<Name extends NotificationName>(
  name: Name,
  content: Notifications[Name],
): string | undefined {
  switch (name) {
    case 'phone.snapshot':
      return name
    case 'message.changed':
      return `${name} ${(content as Notifications['message.changed']).with}`
    case 'call.quality':
    case 'audio.levels':
      return `${name} ${(content as { readonly callId?: string }).callId ?? ''}`
    default:
      return undefined
  }
}
