import { directionOf } from '../../sdp/attributes.ts'
import { type Format, formatsOf } from '../../sdp/format.ts'
import { kindOf } from '../addresses.ts'
import { type Conversation, whoSent } from '../conversation.ts'
import { audioAddress, audioIn, codecsIn, type Described, type Exchange, exchangesOf, sameCodec } from '../exchanges.ts'
import { hostOf, uriIn, valueOf } from '../read-message.ts'
import { answersTo } from './call-story.ts'
import { type Finding, finding } from './finding.ts'

/** What was agreed about audio, and why there may be none or one way only. */
export function explainMedia(conversation: Conversation): Finding[] {
  const exchanges = onceEach(exchangesOf(conversation.steps))
  // An offer that was refused for want of a password comes again.
  const first = exchanges.find(({ answer }) => answer !== undefined) ?? exchanges.at(-1)
  if (first === undefined) return []
  const later = exchanges.slice(exchanges.indexOf(first) + 1)
  const sides = [first.offer, ...(first.answer ? [first.answer] : [])]
  return [
    ...agreement(first, conversation),
    ...sides.flatMap((side) => addresses(side, conversation)),
    ...families(first),
    ...sides.flatMap((side) => directions('media.oneWay', side, conversation)).slice(0, 1),
    ...later.flatMap(({ offer }) => directions('media.hold', offer, conversation)),
  ]
}

/** Proxies pass an offer on: the one that came first stands for its copies. */
function onceEach(exchanges: readonly Exchange[]): Exchange[] {
  const seen = new Set<string>()
  return exchanges.filter(({ offer }) => {
    const { read } = offer.step
    const key = `${read.message.method} ${read.message.cseq} ${read.message.code ?? ''} ${valueOf(read, 'From')}`
    const again = seen.has(key)
    seen.add(key)
    return !again
  })
}

function agreement({ offer, answer }: Exchange, conversation: Conversation): Finding[] {
  const offered = names(codecsIn(offer))
  if (answer === undefined) return refusal(offer, offered, conversation)
  const steps = [offer.step, answer.step]
  const [one, other] = [audioIn(offer.session), audioIn(answer.session)]
  if (one === undefined || other === undefined) return []
  if (one.port > 0 && other.port === 0)
    return [finding('fail', 'media.refused', steps, { who: whoSent(answer.step.read, conversation), offered })]
  if (one.protocol !== other.protocol)
    return [finding('fail', 'media.encryption', steps, { offered: one.protocol, answered: other.protocol })]
  const common = codecsIn(answer).find((format) => codecsIn(offer).some((candidate) => sameCodec(format, candidate)))
  if (common === undefined)
    return [finding('fail', 'media.noCodec', steps, { offered, answered: names(codecsIn(answer)) || '-' })]
  const address = audioAddress(answer)
  const values = { codec: common.encoding, address: `${address?.address ?? '?'}:${address?.port ?? 0}` }
  const tones = [one, other].every((section) => formatsOf(section).some(isTones))
  return [finding('good', 'media.agreed', steps, values), ...(tones ? [] : [finding('plain', 'media.noTones', steps)])]
}

/** RFC 3261 21.4.26: 488 and its kin say that nothing of the offer will do. */
function refusal(offer: Described, offered: string, { steps }: Conversation): Finding[] {
  const answer = answersTo(offer.step, steps).find(({ read }) => [415, 488, 606].includes(read.message.code ?? 0))
  if (answer === undefined) return []
  const warning = /^\s*(\d{3})\s+\S+\s+"([^"]{0,200})"/.exec(valueOf(answer.read, 'Warning'))
  const protocol = audioIn(offer.session)?.protocol ?? ''
  const secured = /SAVP/.test(protocol)
  const said = secured
    ? finding('fail', 'media.encryption', [offer.step, answer], {
        offered: protocol,
        answered: answer.read.message.code ?? 0,
      })
    : finding('fail', 'media.noCodec', [offer.step, answer], { offered, answered: answer.read.message.code ?? 0 })
  if (warning === null) return [said]
  return [said, finding('plain', 'media.warning', [answer], { warning: warning[1] ?? '', text: warning[2] ?? '' })]
}

/** Whether what arrives there arrives at them. */
function addresses(side: Described, conversation: Conversation): Finding[] {
  const wanted = audioAddress(side)
  if (wanted === undefined || wanted.port === 0) return []
  const { read } = side.step
  const source = hostOf(read.from)
  const values = { who: whoSent(read, conversation), media: `${wanted.address}:${wanted.port}`, seen: source }
  const kind = kindOf(wanted.address)
  if (kind === 'nowhere') return [finding('plain', 'media.nowhere', [side.step], values)]
  if (kind === 'loopback')
    return kindOf(source) === 'loopback' ? [] : [finding('fail', 'media.loopback', [side.step], values)]
  if (kind === 'private' && kindOf(source) === 'public') return [finding('fail', 'media.private', [side.step], values)]
  // Behind a proxy the signalling comes from elsewhere than the audio by right.
  const direct = uriIn(valueOf(read, 'Contact'))?.host === source
  const elsewhere = kind !== 'name' && direct && wanted.address !== source
  return elsewhere ? [finding('plain', 'media.elsewhere', [side.step], values)] : []
}

function families({ offer, answer }: Exchange): Finding[] {
  const [one, other] = [audioAddress(offer), answer && audioAddress(answer)]
  if (one === undefined || other === undefined || one.address.includes(':') === other.address.includes(':')) return []
  return [
    finding('fail', 'media.family', [offer.step, answer?.step], { offered: one.address, answered: other.address }),
  ]
}

function directions(name: 'media.oneWay' | 'media.hold', side: Described, conversation: Conversation): Finding[] {
  const audio = audioIn(side.session)
  const direction = audio && directionOf(side.session, audio)
  if (direction === undefined || direction === 'sendrecv' || audio?.port === 0) return []
  const tone = name === 'media.oneWay' ? 'warn' : 'plain'
  return [finding(tone, name, [side.step], { who: whoSent(side.step.read, conversation), direction })]
}

const isTones = ({ encoding }: Format) => /^telephone-event$/i.test(encoding)
const names = (formats: readonly Format[]) => formats.map(({ encoding }) => encoding).join(', ')
