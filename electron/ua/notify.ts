import type { Request, Response } from 'drachtio-srf'
import type { Notify, SubscriptionStateHeader } from '../phone/ports.ts'
import { splitOutside, tagOf } from '../sip/index.ts'
import { isAcceptable } from './acceptable.ts'
import { answer } from './answer.ts'
import { contentTypeOf } from './bodies.ts'
import type { Core } from './core.ts'
import { secondsOf } from './seconds.ts'
import { subscriptionKey } from './subscribe.ts'

/** Event packages of which other people's states can be had here; nobody can subscribe to ours but by REFER. */
const allowEvents = { 'Allow-Events': 'refer' }

/** Packages of which a server may tell its account without being asked (RFC 3842 is used so everywhere). */
const unsolicitedTypes: Readonly<Record<string, readonly string[]>> = {
  'message-summary': ['application/simple-message-summary'],
}

/** A NOTIFY outside the dialogs of calls (RFC 6665 4.1.3). */
export function receiveNotify(core: Core, request: Request, response: Response): void {
  const event = packageOf(request)
  const key = subscriptionKey(request.get('call-id') ?? '', tagOf(request.get('to') ?? '') ?? '')
  const subscription = core.subscriptions.get(key)
  if (!subscription) return receiveUnsolicited(core, event, request, response)
  // RFC 6665 8.2.1: the package has to match.
  if (event !== subscription.what.event) return answer(response, 489, allowEvents)
  if (!isAcceptable(request, response, subscription.what.accept)) return
  const status = subscription.admit(request)
  answer(response, status)
  if (status !== 200) return
  core.wrap.callback('onNotify', () => subscription.delegate.onNotify(notifyOf(event, request)))()
}

/** Only the account's own server knows better than we do what the account wants to know. */
function receiveUnsolicited(core: Core, event: string, request: Request, response: Response): void {
  const types = Object.hasOwn(unsolicitedTypes, event) ? unsolicitedTypes[event] : undefined
  const line = [...core.lines].find((candidate) => candidate.owns(request))
  // RFC 6665 4.1.3: without a subscription 481.
  if (types === undefined || line === undefined || !core.delegate.onUnsolicited) return answer(response, 481)
  if (!isAcceptable(request, response, types)) return
  answer(response, 200)
  core.wrap.callback('onUnsolicited', () => core.delegate.onUnsolicited?.(line, notifyOf(event, request)))()
}

/** A SUBSCRIBE to us (RFC 6665 4.2.1.2, 7.2): nothing of ours is told. */
export function refuseSubscribe(request: Request, response: Response, inCall: boolean): void {
  if (!inCall && tagOf(request.get('to') ?? '') !== undefined) return answer(response, 481)
  // RFC 3515 2.4.6: such a subscription comes about by REFER alone.
  if (packageOf(request) === 'refer') return answer(response, 403)
  answer(response, 489, allowEvents)
}

/** The event package without parameters, in lower case; empty where there is none. */
function packageOf(request: Request): string {
  return ((request.get('event') ?? '').split(';', 1)[0] ?? '').trim().toLowerCase()
}

function notifyOf(event: string, request: Request): Notify {
  return {
    event,
    subscription: subscriptionStateOf(request.get('subscription-state') ?? ''),
    contentType: contentTypeOf(request),
    body: request.body ?? '',
  }
}

/** RFC 6665 8.4: `subexp-params`; what cannot be read is passed over. */
export function subscriptionStateOf(value: string): SubscriptionStateHeader {
  const [state = '', ...parameters] = splitOutside(value, ';').map((part) => part.trim().toLowerCase())
  const of = (name: string) => parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
  const expires = secondsOf(of('expires'))
  const retryAfter = secondsOf(of('retry-after'))
  const reason = of('reason')
  return {
    state: state === 'terminated' || state === 'pending' ? state : 'active',
    ...(expires !== undefined && { expiresSeconds: expires }),
    ...(reason !== undefined && { reason }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  }
}
