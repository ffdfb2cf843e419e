import { tagOf } from '../../sip/message/name-addr.ts'
import { type Conversation, whoSent } from '../conversation.ts'
import { addressIn, valueOf } from '../read-message.ts'
import type { Step } from '../steps.ts'
import { type CallStory, callStoryOf, finalTo } from './call-story.ts'
import { type Finding, finding } from './finding.ts'

/** RFC 3261 17.1.1.1: so long is a request repeated, and a 200 that no ACK follows. */
const patienceMs = 32_000
/** What clocks and networks may add to it. */
const slackMs = 3000

/** Why a call ended, or why it never began: who, with which message, after which timer. Empty: no call. */
export function whyEnded(conversation: Conversation): Finding[] {
  const story = callStoryOf(conversation)
  if (story === undefined) return []
  const forked = forkedInto(story)
  return [...(forked === undefined ? [] : [forked]), ...endOf(story, conversation)]
}

function endOf(story: CallStory, conversation: Conversation): Finding[] {
  const { final, cancel } = story
  if (final === undefined)
    return [cancel === undefined ? withoutFinal(story, conversation) : given(story, conversation)]
  const { code = 0 } = final.read.message
  if (code < 300) return answered(story, conversation)
  if (cancel !== undefined && code === 487) return [given(story, conversation)]
  return [refused(story, final, conversation)]
}

function withoutFinal(story: CallStory, conversation: Conversation): Finding {
  const { last, provisional } = story
  const lastProvisional = provisional.at(-1)
  const end = conversation.steps.at(-1)?.read.message.monotonicMs ?? 0
  if (lastProvisional !== undefined) {
    const { code = 0 } = lastProvisional.read.message
    return finding('plain', 'ended.noFinal', [lastProvisional], { code, reason: lastProvisional.read.reason })
  }
  const copies = [last.read, ...last.again].map(({ message }) => message.monotonicMs)
  const seconds = rounded(Math.max(end, ...copies) - last.read.message.monotonicMs)
  return finding('fail', 'ended.noReply', [last], { count: copies.length, seconds, to: last.read.to })
}

/** The caller took it back (CANCEL). */
function given({ last, cancel, final, provisional }: CallStory, conversation: Conversation): Finding {
  const reason = cancel === undefined ? '' : valueOf(cancel.read, 'Reason')
  const who = cancel === undefined ? '' : whoSent(cancel.read, conversation)
  const seconds = rounded((cancel?.read.message.monotonicMs ?? 0) - last.read.message.monotonicMs)
  const number = cancel?.read.message.id ?? 0
  if (/^\s*SIP\s*;.*\bcause\s*=\s*200\b/i.test(reason)) return finding('plain', 'ended.elsewhere', [cancel], { number })
  return finding('plain', 'ended.cancelled', [cancel, final ?? provisional.at(-1)], { who, seconds, number })
}

function refused({ last, challenges, provisional }: CallStory, final: Step, conversation: Conversation): Finding {
  const { code = 0 } = final.read.message
  const values = {
    code,
    reason: final.read.reason,
    who: whoSent(final.read, conversation),
    number: final.read.message.id,
  }
  if (code < 400) {
    const target = addressIn(valueOf(final.read, 'Contact'))
    return finding('plain', 'ended.redirected', [final], { ...values, target })
  }
  // A server that has let it ring long enough (timer C): nobody refused, and the way there is in order.
  const rang = provisional.findLast(({ read }) => (read.message.code ?? 0) >= 180)
  if (code === 408 && rang !== undefined) {
    const seconds = rounded(final.read.message.monotonicMs - last.read.message.monotonicMs)
    return finding('plain', 'ended.notAnswered', [rang, final], { seconds, number: final.read.message.id })
  }
  const asked = code === 401 || code === 407
  const proved = valueOf(last.read, 'Authorization') + valueOf(last.read, 'Proxy-Authorization') !== ''
  if (asked && !proved && challenges.length === 0) return finding('fail', 'ended.noCredentials', [final], values)
  return finding('fail', 'ended.refused', [last, final], values)
}

function answered(story: CallStory, conversation: Conversation): Finding[] {
  const { final, bye, cancel, refer } = story
  if (final === undefined) return []
  const ack = acknowledgement(story)
  const findings = ack === undefined ? [] : [ack]
  if (bye === undefined) {
    if (findings.length === 0) findings.push(finding('plain', 'ended.running', [final]))
    return findings
  }
  const who = whoSent(bye.read, conversation)
  const at = bye.read.message.monotonicMs
  const seconds = rounded(at - final.read.message.monotonicMs)
  const number = bye.read.message.id
  const tone = findings.length > 0 ? 'plain' : 'good'
  if (cancel !== undefined && cancel.read.message.monotonicMs <= final.read.message.monotonicMs + slackMs)
    findings.push(finding('plain', 'ended.lateAnswer', [cancel, final, bye], { number: final.read.message.id }))
  if (refer !== undefined) findings.push(transferred(refer, conversation))
  findings.push(finding(tone, 'ended.bye', [bye], { who, seconds, number }))
  const reason = valueOf(bye.read, 'Reason')
  if (reason !== '') findings.push(finding('plain', 'ended.byeReason', [bye], { reason: reason.slice(0, 200) }))
  return [...findings, ...beforeBye(story, bye, at, conversation), ...afterBye(bye, conversation)]
}

/** RFC 3261 13.3.1.4: the answer is repeated until the ACK comes, then the call is given up. */
function acknowledgement({ final, ack, bye }: CallStory): Finding | undefined {
  if (final === undefined || final.again.length === 0) return undefined
  const times = [final.read, ...final.again].map(({ message }) => message.monotonicMs)
  const first = times[0] ?? 0
  const lastAt = Math.max(...times)
  const target = addressIn(valueOf(final.read, 'Contact'))
  const values = { count: times.length, seconds: rounded(lastAt - first), target, number: ack?.read.message.id ?? 0 }
  if (ack === undefined) return finding('fail', 'ended.noAck', [final, bye], values)
  const firstAck = ack.read.message.monotonicMs
  const still = times.filter((at) => at > firstAck + 1000).length
  return still > 1 ? finding('fail', 'ended.ackLost', [final, ack], values) : undefined
}

function transferred(refer: Step, conversation: Conversation): Finding {
  const target = addressIn(valueOf(refer.read, 'Refer-To'))
  const who = whoSent(refer.read, conversation)
  return finding('plain', 'ended.transferred', [refer], { who, target, number: refer.read.message.id })
}

function beforeBye(story: CallStory, bye: Step, at: number, { steps }: Conversation): Finding[] {
  const change = story.changes.findLast(({ read }) => read.message.monotonicMs < at)
  const answer = change && finalTo(change, steps)
  const code = answer?.read.message.code ?? 0
  if (change !== undefined && code >= 400 && at - (answer?.read.message.monotonicMs ?? at) < slackMs)
    return [finding('fail', 'ended.reinvite', [change, answer, bye], { method: change.read.message.method, code })]
  const session = Number.parseInt(valueOf(story.final?.read ?? bye.read, 'Session-Expires'), 10)
  if (!(session > 0 && session < 86_400)) return []
  const refreshed = change !== undefined && code >= 200 && code < 300 ? (answer ?? change) : story.final
  const since = at - (refreshed?.read.message.monotonicMs ?? at)
  // RFC 4028 10: the one who does not refresh ends it a third, at most 32 s, before the time is over.
  const earliest = session * 1000 - Math.min(patienceMs, (session * 1000) / 3) - slackMs
  if (since < earliest || since > session * 1000 + slackMs) return []
  return [finding('fail', 'ended.session', [refreshed, bye], { seconds: rounded(since), session })]
}

function afterBye(bye: Step, { steps }: Conversation): Finding[] {
  const answer = finalTo(bye, steps)
  const { code = 0 } = answer?.read.message ?? {}
  if (answer === undefined && bye.again.length > 0)
    return [finding('warn', 'ended.byeNoReply', [bye], { count: bye.again.length + 1 })]
  return code === 481 ? [finding('warn', 'ended.byeUnknown', [bye, answer])] : []
}

/** Several phones rang: each has a tag of its own (RFC 3261 12.1.2). */
function forkedInto({ provisional, final }: CallStory): Finding | undefined {
  const rang = [...provisional, ...(final === undefined ? [] : [final])].filter(
    ({ read }) => (read.message.code ?? 0) > 100 && (read.message.code ?? 0) < 300,
  )
  const tags = new Set(rang.flatMap(({ read }) => tagOf(valueOf(read, 'To')) ?? []))
  return tags.size > 1 ? finding('plain', 'ended.forked', rang, { count: tags.size }) : undefined
}

/** Seconds with one digit. */
function rounded(ms: number): number {
  return Math.round(ms / 100) / 10
}
