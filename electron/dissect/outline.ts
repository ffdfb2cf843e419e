import type { Conversation } from './conversation.ts'
import { callStoryOf } from './explain/call-story.ts'
import { explainConversation } from './explain/explain.ts'
import type { Finding } from './explain/finding.ts'
import { addressIn, isRequest, valueOf } from './read-message.ts'

/** A conversation as one row of a list. */
export interface Outline {
  readonly kind: 'call' | 'registration' | 'message' | 'subscription' | 'other'
  readonly method: string
  /** Undefined in somebody else's capture. */
  readonly direction: 'incoming' | 'outgoing' | undefined
  /** Who sent the first request, and to whom; `user@host`. */
  readonly from: string
  readonly to: string
  /** ISO 8601, of the first message. */
  readonly at: string
  readonly messages: number
  readonly state: 'answered' | 'ended' | 'failed' | 'cancelled' | 'open' | 'good'
  /** The last final status that says how it stands; 0 for none. */
  readonly code: number
  /** Of a call that was answered: up to the BYE, or to the end of the trace. */
  readonly durationMs: number | undefined
  readonly findings: readonly Finding[]
  /** Something of it deserves a look. */
  readonly problem: boolean
}

export function outlineOf(conversation: Conversation): Outline {
  const { steps, method, captured } = conversation
  const first = steps.find(({ read }) => isRequest(read))?.read
  const findings = explainConversation(conversation)
  return {
    kind: kindOf(method),
    method,
    direction:
      captured || first === undefined ? undefined : first.message.direction === 'out' ? 'outgoing' : 'incoming',
    from: first === undefined ? '' : addressIn(valueOf(first, 'From')),
    to: first === undefined ? '' : addressIn(valueOf(first, 'To')),
    at: steps[0]?.read.message.at ?? '',
    messages: steps.reduce((sum, { again }) => sum + 1 + again.length, 0),
    ...(method === 'INVITE' ? stateOfCall(conversation) : stateOfOther(conversation)),
    findings,
    problem: findings.some(({ tone }) => tone === 'fail' || tone === 'warn'),
  }
}

function kindOf(method: string): Outline['kind'] {
  if (method === 'INVITE') return 'call'
  if (method === 'REGISTER') return 'registration'
  if (method === 'MESSAGE') return 'message'
  return ['SUBSCRIBE', 'NOTIFY', 'PUBLISH'].includes(method) ? 'subscription' : 'other'
}

type State = Pick<Outline, 'state' | 'code' | 'durationMs'>

function stateOfCall(conversation: Conversation): State {
  const story = callStoryOf(conversation)
  const final = story?.final?.read.message
  const { code = 0 } = final ?? {}
  if (story === undefined || final === undefined) return { state: 'open', code: 0, durationMs: undefined }
  if (code >= 300) return { state: story.cancel === undefined ? 'failed' : 'cancelled', code, durationMs: undefined }
  const end = story.bye?.read.message.monotonicMs ?? conversation.steps.at(-1)?.read.message.monotonicMs ?? 0
  return { state: story.bye === undefined ? 'answered' : 'ended', code, durationMs: end - final.monotonicMs }
}

function stateOfOther({ steps }: Conversation): State {
  const code = steps.findLast(({ read }) => (read.message.code ?? 0) >= 200)?.read.message.code ?? 0
  const state = code === 0 ? 'open' : code < 300 ? 'good' : 'failed'
  return { state, code, durationMs: undefined }
}
