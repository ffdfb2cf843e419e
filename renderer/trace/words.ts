import type { TFunction } from 'i18next'
import type { Outline } from '../../electron/dissect/outline.ts'
import { meaningOf } from '../../electron/dissect/explain/say.ts'
import type { Rung } from '../../electron/dissect/rungs.ts'
import { lengthText } from '../text/duration.ts'
import { plainText } from '../text/plain-text.ts'

/** What a conversation is called: the other side, or what is asked of whom. */
export function titleOf({ kind, method, direction, from, to }: Outline): string {
  const other = direction === 'incoming' ? from : to
  const title = kind === 'call' ? (direction === undefined ? `${from} \u2192 ${to}` : other) : `${method} ${to || from}`
  return plainText(title, 120)
}

/** How it stands, in a few words. */
export function stateText(
  { kind, state, code, durationMs, messages }: Outline,
  t: TFunction,
  language: string,
): string {
  const count = t('trace.messages', { n: messages })
  const meaning = code === 0 ? '' : `${code} ${meaningOf(code, language)}`
  const length = durationMs === undefined ? '' : lengthText(durationMs)
  if (kind === 'call' && state === 'answered') return [t('trace.running'), length, count].join(' \u00b7 ')
  if (kind === 'call' && state === 'ended') return [t('trace.answered'), length, count].join(' \u00b7 ')
  if (state === 'cancelled') return [t('trace.cancelled'), count].join(' \u00b7 ')
  if (state === 'open') return [t('trace.unanswered'), count].join(' \u00b7 ')
  return [meaning, count].join(' \u00b7 ')
}

/** Behind method or status: what the message carries or means. */
export function remarkOf(rung: Rung, t: TFunction, language: string): string {
  const { message, reason } = rung.step.read
  if (message.code === undefined) return rung.carries === 'digest' ? t('trace.withDigest') : rung.carries
  if (message.code >= 200 && message.code < 300) {
    const to = t('trace.toMethod', { method: message.method })
    return rung.carries === '' || rung.carries === 'digest' ? to : `${to}, ${rung.carries}`
  }
  return meaningOf(message.code, language) || plainText(reason, 60)
}

/** The time of day here, with milliseconds. */
export function clockText(at: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Since the first message: `0.000`; since the one before: `+0.004`. */
export function secondsText(ms: number, sign = ''): string {
  return `${sign}${(ms / 1000).toFixed(3)}`
}
