import { headers } from '../sip/message/headers.ts'
import type { Conversation } from './conversation.ts'
import { codecsIn, exchangesOf } from './exchanges.ts'
import { isRequest, type ReadMessage, sdpOf, uriIn, valueOf } from './read-message.ts'
import type { Step } from './steps.ts'

export type RungKind = 'request' | 'provisional' | 'success' | 'redirect' | 'challenge' | 'failure'

/** One arrow of a ladder. */
export interface Rung {
  readonly step: Step
  /** From 1. */
  readonly number: number
  readonly kind: RungKind
  /** Lanes by their place. */
  readonly from: number
  readonly to: number
  /** Method or status. */
  readonly label: string
  /** What it carries: the codecs of a description, `digest`; empty for nothing to remark. */
  readonly carries: string
  readonly sinceStartMs: number
  readonly sincePreviousMs: number
}

/** One address of a ladder. */
interface Lane {
  readonly address: string
  /** Who it is, as the messages say; empty when they do not. */
  readonly name: string
  /** This phone. */
  readonly own: boolean
}

/** A transaction, from its first arrow to its last; `depth` keeps those that overlap apart. */
interface Bracket {
  readonly transaction: number
  readonly first: number
  readonly last: number
  readonly depth: number
}

export interface LadderPlan {
  readonly lanes: readonly Lane[]
  readonly rungs: readonly Rung[]
  readonly brackets: readonly Bracket[]
}

/** A conversation as a ladder, for whoever draws it: lanes in the order of their appearance. */
export function ladderPlan(conversation: Conversation): LadderPlan {
  const { steps, captured } = conversation
  const addresses = [...new Set(steps.flatMap(({ read }) => [read.from, read.to]))]
  const own = new Set(captured ? [] : steps.map(({ read }) => read.message.local))
  const places = new Map(addresses.map((address, place) => [address, place]))
  const began = steps[0]?.read.message.monotonicMs ?? 0
  const codecs = codecNames(steps)
  const rungs = steps.map((step, at): Rung => {
    const { message, from, to } = step.read
    return {
      step,
      number: at + 1,
      kind: kindOf(message.code),
      from: places.get(from) ?? 0,
      to: places.get(to) ?? 0,
      label: message.code === undefined ? message.method : String(message.code),
      carries: codecs.get(message.id) ?? (hasDigest(step.read) ? 'digest' : ''),
      sinceStartMs: message.monotonicMs - began,
      sincePreviousMs: message.monotonicMs - (steps[at - 1]?.read.message.monotonicMs ?? began),
    }
  })
  const lanes = addresses.map((address) => ({ address, name: nameOf(address, steps), own: own.has(address) }))
  return { lanes, rungs, brackets: bracketsOf(rungs) }
}

function kindOf(code: number | undefined): RungKind {
  if (code === undefined) return 'request'
  if (code === 401 || code === 407 || code === 494) return 'challenge'
  const kinds = ['request', 'provisional', 'success', 'redirect'] as const
  return kinds[Math.floor(code / 100)] ?? 'failure'
}

const hasDigest = (read: ReadMessage) =>
  valueOf(read, 'Authorization') !== '' || valueOf(read, 'Proxy-Authorization') !== ''

/** Of descriptions: what speech may be coded in; of an answer what is. */
function codecNames(steps: readonly Step[]): Map<number, string> {
  const names = new Map<number, string>()
  for (const { offer, answer } of exchangesOf(steps)) {
    const offered = codecsIn(offer).map(({ encoding }) => encoding)
    names.set(offer.step.read.message.id, offered.slice(0, 4).join(' '))
    const [first] = answer === undefined ? [] : codecsIn(answer)
    if (answer !== undefined) names.set(answer.step.read.message.id, first?.encoding ?? '')
  }
  for (const { read } of steps) if (!names.has(read.message.id) && sdpOf(read)) names.set(read.message.id, 'SDP')
  return names
}

/** A user agent by its user, a server by its product. */
function nameOf(address: string, steps: readonly Step[]): string {
  const sent = steps.filter(({ read }) => read.from === address).map(({ read }) => read)
  const first = sent.find((read) => isRequest(read) && headers(read, 'Via').length === 1)
  const user = first && uriIn(valueOf(first, 'From'))?.user
  if (user !== undefined) return user
  const product = sent.map((read) => valueOf(read, 'Server') || valueOf(read, 'User-Agent')).find((one) => one !== '')
  return product === undefined ? '' : (/^[^\s/(]{1,24}/.exec(product)?.[0] ?? '')
}

function bracketsOf(rungs: readonly Rung[]): Bracket[] {
  const spans = new Map<number, { first: number; last: number }>()
  for (const [at, { step }] of rungs.entries()) {
    const span = spans.get(step.transaction)
    if (span === undefined) spans.set(step.transaction, { first: at, last: at })
    else span.last = at
  }
  const brackets: Bracket[] = []
  const ends: number[] = []
  for (const [transaction, { first, last }] of spans) {
    if (first === last) continue
    const free = ends.findIndex((end) => end < first)
    const depth = free < 0 ? ends.length : free
    ends[depth] = last
    brackets.push({ transaction, first, last, depth })
  }
  return brackets
}
