import type { Headers, Message } from 'drachtio-srf'
import { lists } from './prack.ts'
import { secondsOf } from './seconds.ts'

/** Session timers (RFC 4028): what a session refresh request and its 2xx agree on. Times in seconds. */

/** RFC 4028 4: nobody may ask for less. */
const leastSeconds = 90

/** For how long a session holds without a refresh, and who refreshes it. */
export interface SessionTerms {
  readonly seconds: number
  readonly refresher: 'us' | 'them'
}

/** What we ask for; `minSe` where a 422 named more than the least. */
export interface SessionWish {
  readonly seconds: number
  readonly minSe?: number
}

type Side = 'uac' | 'uas'

/** Of a request of ours (RFC 4028 7.1, 7.4); `refresher` is said only once somebody has the task. */
export function timerRequest(wish: SessionWish | undefined, refresher?: SessionTerms['refresher']): Headers {
  if (wish === undefined) return {}
  const side = refresher && `;refresher=${refresher === 'us' ? 'uac' : 'uas'}`
  return {
    'Session-Expires': `${wish.seconds}${side ?? ''}`,
    ...(wish.minSe !== undefined && { 'Min-SE': String(wish.minSe) }),
  }
}

/** What to ask for after a 422 (RFC 4028 7.3); undefined where that would be nothing else than before. */
export function longerWish(wish: SessionWish | undefined, refusal: Message): SessionWish | undefined {
  const minSe = secondsOf(refusal.get('min-se'))
  if (wish === undefined || minSe === undefined || minSe <= (wish.minSe ?? 0)) return undefined
  return { seconds: Math.max(wish.seconds, minSe), minSe }
}

/** What a 2xx to a request of ours agrees on (RFC 4028 7.2). */
export function agreedBy(response: Message, wish: SessionWish | undefined): SessionTerms | undefined {
  const said = sessionExpiresOf(response)
  // RFC 4028 4: less must not be; a peer that says one second is not to make us refresh all the time
  if (said)
    return { seconds: Math.max(said.seconds, leastSeconds), refresher: said.refresher === 'uas' ? 'them' : 'us' }
  // The peer has no timer. The refreshes show all the same whether it is still there.
  return wish && { seconds: wish.seconds, refresher: 'us' }
}

/** RFC 4028 9: whether it asks for less than we take. Who has no timer cannot be told by 422. */
export function isTooShort(request: Message): boolean {
  const asked = sessionExpiresOf(request)
  return asked !== undefined && asked.seconds < leastSeconds && lists(request.get('supported'), 'timer')
}

export const tooShort: Headers = { 'Min-SE': String(leastSeconds) }

/** Our 2xx to a request of the peer's (RFC 4028 9, table 2). `wish`: where nobody on the way had one. */
export function timerAnswer(
  request: Message,
  wish: SessionWish | undefined,
): { readonly terms: SessionTerms | undefined; readonly headers: Headers } {
  const asked = sessionExpiresOf(request)
  const least = Math.max(leastSeconds, secondsOf(request.get('min-se')) ?? 0)
  const seconds = asked ? Math.max(asked.seconds, leastSeconds) : wish && Math.max(wish.seconds, least)
  if (seconds === undefined) return { terms: undefined, headers: {} }
  const able = lists(request.get('supported'), 'timer')
  const refresher: Side = able ? (asked?.refresher ?? 'uac') : 'uas'
  return {
    terms: { seconds, refresher: refresher === 'uas' ? 'us' : 'them' },
    headers: {
      'Session-Expires': `${seconds};refresher=${refresher}`,
      ...(refresher === 'uac' && { Require: 'timer' }),
    },
  }
}

/** What becomes due after a refresh, in ms from it, unless another one comes in between. */
export interface SessionEvent {
  readonly at: number
  readonly what: 'refresh' | 'expire'
}

/** RFC 4028 7.2 and 10: half time is time for a refresh, and once more if that was refused. */
export function eventsOf({ seconds, refresher }: SessionTerms): readonly SessionEvent[] {
  const ms = seconds * 1_000
  // Who waits for the other ends it a little before, so that the BYE still finds the proxies' state.
  if (refresher === 'them') return [{ at: ms - Math.min(32_000, ms / 3), what: 'expire' }]
  return [
    { at: ms / 2, what: 'refresh' },
    { at: (ms * 3) / 4, what: 'refresh' },
    { at: ms, what: 'expire' },
  ]
}

function sessionExpiresOf(message: Message): { seconds: number; refresher: Side | undefined } | undefined {
  const value = message.get('session-expires')
  const seconds = secondsOf(value)
  if (seconds === undefined || seconds === 0) return undefined
  const refresher = /;\s*refresher\s*=\s*(uac|uas)\s*(?:;|$)/i.exec(value ?? '')?.[1]?.toLowerCase()
  return { seconds, refresher: refresher as Side | undefined }
}
