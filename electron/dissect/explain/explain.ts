import { type Conversation, whoSent } from '../conversation.ts'
import { isRequest } from '../read-message.ts'
import { finalTo } from './call-story.ts'
import { explainDigest } from './digest.ts'
import { type Finding, finding } from './finding.ts'
import { explainMedia } from './media.ts'
import { explainNat } from './nat.ts'
import { explainRegistration } from './registration.ts'
import { whyEnded } from './why-ended.ts'

const tones = ['fail', 'warn', 'plain', 'good'] as const

/** All that a conversation tells, what went wrong first. Pure, and never throws: it reads what strangers sent. */
export function explainConversation(conversation: Conversation): Finding[] {
  const { steps, method } = conversation
  const numbers = new Map(steps.map(({ read }, at) => [read.message.id, at + 1]))
  const known = method === 'INVITE' || method === 'REGISTER'
  return [
    ...whyEnded(conversation),
    ...explainRegistration(conversation),
    ...(known ? [] : outcome(conversation)),
    ...explainDigest(conversation),
    ...explainMedia(conversation),
    ...explainNat(conversation),
  ]
    .toSorted((one, other) => tones.indexOf(one.tone) - tones.indexOf(other.tone))
    .map((found) => numbered(found, numbers))
}

/** Of a MESSAGE, OPTIONS, SUBSCRIBE ...: how the last one was answered. */
function outcome(conversation: Conversation): Finding[] {
  const { steps } = conversation
  const last = steps.findLast(({ read }) => isRequest(read))
  if (last === undefined) return []
  const { method } = last.read.message
  const answer = finalTo(last, steps)
  if (answer === undefined) {
    const values = { method, count: last.again.length + 1, to: last.read.to }
    return last.again.length > 0 ? [finding('fail', 'request.noReply', [last], values)] : []
  }
  const { code = 0 } = answer.read.message
  const values = { method, code, reason: answer.read.reason, who: whoSent(answer.read, conversation) }
  if (code < 300) return [finding('good', 'request.accepted', [last, answer], values)]
  // Told by what the digest has to say.
  return code === 401 || code === 407 ? [] : [finding('fail', 'request.refused', [last, answer], values)]
}

/** `number` is what people find a message by: its place in the ladder. */
function numbered(found: Finding, numbers: ReadonlyMap<number, number>): Finding {
  const id = found.values['number']
  if (typeof id !== 'number') return found
  return { ...found, values: { ...found.values, number: numbers.get(id) ?? 0 } }
}
