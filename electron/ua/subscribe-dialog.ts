import type { Message } from 'drachtio-srf'
import { parseNameAddr, parseUri, splitOutside, tagOf } from '../sip/index.ts'

/**
 * What a subscription's dialog is made of (RFC 6665 4.4.1). It is kept here and not by the engine, because it is the
 * NOTIFY that makes it, which may come before the answer to the SUBSCRIBE and from one fork of several.
 */
export interface SubscriptionDialog {
  readonly remoteTag: string
  /** The value of To in requests of ours. */
  readonly to: string
  readonly remoteTarget: string
  /** Values of Route in requests of ours. */
  readonly routeSet: readonly string[]
  /** CSeq of the peer's last request; undefined before the first. */
  readonly remoteSequence: number | undefined
}

/** No sane path has more proxies. */
const mostRoutes = 16

/** Out of the first NOTIFY: we are its UAS (RFC 3261 12.1.1). `otherwise`: the target where it names none. */
export function dialogOfNotify(notify: Message, otherwise: string): SubscriptionDialog | undefined {
  const from = notify.get('from') ?? ''
  const remoteTag = tagOf(from)
  if (remoteTag === undefined) return undefined
  return {
    remoteTag,
    to: from,
    remoteTarget: targetOf(notify) ?? otherwise,
    routeSet: routesOf(notify),
    remoteSequence: sequenceOf(notify),
  }
}

/** Out of a 2xx to the SUBSCRIBE: we are its UAC (RFC 3261 12.1.2). */
export function dialogOfAnswer(answer: Message, otherwise: string): SubscriptionDialog | undefined {
  const to = answer.get('to') ?? ''
  const remoteTag = tagOf(to)
  if (remoteTag === undefined) return undefined
  const remoteTarget = targetOf(answer) ?? otherwise
  return { remoteTag, to, remoteTarget, routeSet: routesOf(answer).toReversed(), remoteSequence: undefined }
}

/** RFC 3261 12.2.2: undefined if the NOTIFY is older than one that came before. It refreshes the remote target. */
export function receiveNotifyIn(dialog: SubscriptionDialog, notify: Message): SubscriptionDialog | undefined {
  const sequence = sequenceOf(notify)
  const { remoteSequence } = dialog
  if (sequence !== undefined && remoteSequence !== undefined && sequence < remoteSequence) return undefined
  return {
    ...dialog,
    remoteTarget: targetOf(notify) ?? dialog.remoteTarget,
    remoteSequence: sequence ?? remoteSequence,
  }
}

function targetOf(message: Message): string | undefined {
  const [first] = splitOutside(message.get('contact') ?? '', ',')
  const uri = first === undefined ? undefined : parseNameAddr(first.trim())?.uri
  return uri !== undefined && parseUri(uri) !== null ? uri : undefined
}

function routesOf(message: Message): string[] {
  return splitOutside(message.get('record-route') ?? '', ',')
    .map((value) => value.trim())
    .filter((value) => parseUri(parseNameAddr(value)?.uri ?? '') !== null)
    .slice(0, mostRoutes)
}

function sequenceOf(message: Message): number | undefined {
  const digits = /^\s*(\d{1,10})\s/.exec(message.get('cseq') ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}
