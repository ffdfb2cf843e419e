import type { Message } from 'drachtio-srf'
import type { Replaces } from '../phone/ports.ts'
import { param, parseParams } from '../sip/index.ts'

/** The Replaces header (RFC 3891 6.1). */

export function formatReplaces({ callId, toTag, fromTag, earlyOnly }: Replaces): string {
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`
}

/** Null for what the grammar does not allow, more than one of them included. */
export function parseReplaces(value: string): Replaces | null {
  const callId = (value.split(';', 1)[0] ?? '').trim()
  const params = parseParams(value.slice(value.indexOf(';')))
  const [toTag, fromTag] = ['to-tag', 'from-tag'].map((name) => param(params ?? [], name) ?? '')
  if (!value.includes(';') || callId === '' || /[\s,<>"]/.test(callId) || !toTag || !fromTag) return null
  return { callId, toTag, fromTag, earlyOnly: param(params ?? [], 'early-only') !== undefined }
}

/** Of an INVITE; `broken` has to be refused with 400 (RFC 3891 3). */
export function replacesOf(message: Message): Replaces | undefined | 'broken' {
  const value = message.get('replaces')
  return value === undefined ? undefined : (parseReplaces(value) ?? 'broken')
}
