import { tagOf } from '../../sip/message/name-addr.ts'
import type { Conversation } from '../conversation.ts'
import { isRequest, type ReadMessage, valueOf } from '../read-message.ts'
import type { Step } from '../steps.ts'

/** The messages of a call that decide what becomes of it. */
export interface CallStory {
  /** The INVITEs that were to begin it: again after a challenge or a redirection. */
  readonly attempts: readonly Step[]
  readonly last: Step
  readonly provisional: readonly Step[]
  /** To the last attempt. */
  readonly final: Step | undefined
  /** 401 and 407 that were answered with another attempt. */
  readonly challenges: readonly Step[]
  readonly ack: Step | undefined
  readonly cancel: Step | undefined
  readonly bye: Step | undefined
  /** INVITEs and UPDATEs inside of the dialog. */
  readonly changes: readonly Step[]
  readonly refer: Step | undefined
}

/** Undefined: there is no INVITE that begins a call. */
export function callStoryOf({ steps }: Conversation): CallStory | undefined {
  const requests = (method: string) => steps.filter(({ read }) => isRequest(read) && read.message.method === method)
  const invites = requests('INVITE')
  const first = invites.find(({ read }) => begins(read))
  if (first === undefined) return undefined
  // A proxy's copies of it leave from elsewhere.
  const attempts = invites.filter(({ read }) => begins(read) && read.from === first.read.from)
  const last = attempts.at(-1) ?? first
  const answers = answersTo(last, steps)
  const finals = answers.filter(({ read }) => (read.message.code ?? 0) >= 200)
  const final = finals.find(({ read }) => (read.message.code ?? 0) < 300) ?? finals[0]
  const challenges = attempts
    .slice(0, -1)
    .flatMap((attempt) => answersTo(attempt, steps))
    .filter(({ read }) => read.message.code === 401 || read.message.code === 407)
  const confirmed = final !== undefined && (final.read.message.code ?? 0) < 300
  return {
    attempts,
    last,
    provisional: answers.filter(({ read }) => (read.message.code ?? 0) < 200),
    final,
    challenges,
    ack: confirmed
      ? requests('ACK').find(({ read }) => read.message.cseq === last.read.message.cseq && isLater(read, final))
      : undefined,
    cancel: requests('CANCEL').find(({ read }) => read.message.branch === last.read.message.branch),
    bye: requests('BYE')[0],
    changes: [...invites, ...requests('UPDATE')].filter(({ read }) => !begins(read)),
    refer: requests('REFER').find(({ read }) => !begins(read)),
  }
}

/** RFC 3261 12.2: a request inside of a dialog has a tag in To. */
function begins(read: ReadMessage): boolean {
  return tagOf(valueOf(read, 'To')) === undefined
}

function isLater({ message }: ReadMessage, { read }: Step): boolean {
  return message.monotonicMs >= read.message.monotonicMs
}

/** What came back to a request, to where it came from. */
export function answersTo({ read: request }: Step, steps: readonly Step[]): Step[] {
  const { method, cseq, branch } = request.message
  return steps.filter(
    ({ read: { message, to } }) =>
      message.code !== undefined &&
      message.method === method &&
      message.cseq === cseq &&
      message.branch === branch &&
      to === request.from,
  )
}

export function finalTo(step: Step, steps: readonly Step[]): Step | undefined {
  return answersTo(step, steps).find(({ read }) => (read.message.code ?? 0) >= 200)
}
