import { tagOf } from '../sip/message/name-addr.ts'
import type { TraceMessage } from '../phone/trace-message.ts'
import type { Conversation } from './conversation.ts'
import { valueOf } from './read-message.ts'

/** Packets of sound may pass a little before the first message was noted, and after the last, ms. */
const slackMs = 1000

/** When the sound of a call passes, ms of the clock of `timeOf`; `until` is Infinity while the call goes on. */
interface CallSpan {
  readonly from: number
  readonly until: number
}

/** Ports are used again: what passes them before a call or after its end belongs to another. */
export function spanOf(
  conversation: Conversation,
  timeOf: (message: TraceMessage) => number = ({ monotonicMs }) => monotonicMs,
): CallSpan {
  const times = conversation.steps.map(({ read }) => timeOf(read.message))
  return {
    from: Math.min(...times) - slackMs,
    until: isOver(conversation) ? Math.max(...times) + slackMs : Infinity,
  }
}

/** Every dialog that was made has ended (RFC 3261 15), or none was: the INVITE was refused, 401 and 407 apart. */
function isOver({ steps }: Conversation): boolean {
  const made = new Set<string>()
  const ended = new Set<string>()
  let refused = false
  for (const { read } of steps) {
    const { method, code } = read.message
    const tags = [valueOf(read, 'From'), valueOf(read, 'To')].flatMap((value) => tagOf(value) ?? [])
    if (method === 'BYE' && code === undefined) for (const tag of tags) ended.add(tag)
    if (method !== 'INVITE' || code === undefined || code < 200) continue
    if (code < 300) made.add(tagOf(valueOf(read, 'To')) ?? '')
    else if (code !== 401 && code !== 407) refused = true
  }
  return made.size > 0 ? [...made].every((tag) => ended.has(tag)) : refused
}
