import { headers } from '../../sip/message/headers.ts'
import { param } from '../../sip/message/params.ts'
import { parseNameAddr } from '../../sip/message/name-addr.ts'
import { type Conversation, whoSent } from '../conversation.ts'
import { addressIn, isRequest, type ReadMessage, uriIn, valueOf } from '../read-message.ts'
import type { Step } from '../steps.ts'
import { finalTo } from './call-story.ts'
import { type Finding, finding } from './finding.ts'

/** One span of time in which a binding held. */
interface Binding {
  readonly request: Step
  readonly answer: Step
  readonly contact: string
  /** Monotonic milliseconds. */
  readonly from: number
  readonly until: number
  /** Seconds, what was asked for and what the registrar gave; 0: removed. */
  readonly asked: number | undefined
  readonly granted: number
}

/** RFC 3261 10.2.1.1: where nothing is said, the registrar chooses; this is what most choose. */
const usualExpires = 3600
const slackMs = 1000

/** The bindings one after another, each from the answer that gave it. */
function bindingsOf({ steps }: Conversation): Binding[] {
  return steps.flatMap((request) => {
    if (!isRequest(request.read) || request.read.message.method !== 'REGISTER') return []
    const answer = finalTo(request, steps)
    const contact = valueOf(request.read, 'Contact')
    if (answer?.read.message.code !== 200 || contact === '') return []
    const from = answer.read.message.monotonicMs
    const asked = expiresOf(request.read, contact)
    const own = ownContact(answer.read, contact)
    const granted =
      asked === 0 ? 0 : ((own === undefined ? undefined : expiresOf(answer.read, own)) ?? asked ?? usualExpires)
    return [{ request, answer, contact, from, until: from + granted * 1000, asked, granted }]
  })
}

/** How a registration went, until when it held, and why it did not. Empty: none. */
export function explainRegistration(conversation: Conversation): Finding[] {
  const { steps, method } = conversation
  if (method !== 'REGISTER') return []
  const bindings = bindingsOf(conversation)
  return [...failures(conversation), ...(bindings.length > 0 ? held(bindings, steps) : [])]
}

function held(bindings: readonly Binding[], steps: readonly Step[]): Finding[] {
  const findings: Finding[] = []
  const first = bindings.find(({ granted }) => granted > 0)
  if (first !== undefined) {
    const user = addressIn(valueOf(first.request.read, 'To'))
    const values = {
      user,
      contact: addressIn(first.contact),
      seconds: first.granted,
      number: first.answer.read.message.id,
    }
    findings.push(finding('good', 'registration.registered', [first.request, first.answer], values))
    if (first.asked !== undefined && first.asked > first.granted)
      findings.push(
        finding('plain', 'registration.shorter', [first.request, first.answer], {
          asked: first.asked,
          granted: first.granted,
        }),
      )
    findings.push(...listed(first))
  }
  const refreshes = bindings.filter((one) => one !== first && one.granted > 0)
  if (refreshes.length > 0)
    findings.push(
      finding(
        'good',
        'registration.refreshed',
        refreshes.map(({ answer }) => answer),
        { count: refreshes.length },
      ),
    )
  const end = steps.at(-1)?.read.message.monotonicMs ?? 0
  for (const [at, binding] of bindings.entries()) {
    const next = bindings[at + 1]
    const late = (next?.from ?? end) - binding.until
    if (binding.granted > 0 && late > slackMs)
      findings.push(
        finding('fail', 'registration.expired', [binding.answer, next?.answer], {
          granted: binding.granted,
          seconds: Math.round(late / 1000),
        }),
      )
  }
  const last = bindings.at(-1)
  if (last?.granted === 0) findings.push(finding('plain', 'registration.removed', [last.request, last.answer]))
  return findings
}

/** Whether the registrar's list has what was asked for, and whatever else. */
function listed({ contact, request, answer }: Binding): Finding[] {
  const all = headers(answer.read, 'Contact')
  if (ownContact(answer.read, contact) === undefined)
    return [finding('warn', 'registration.contactMissing', [request, answer], { contact: addressIn(contact) })]
  return all.length > 1 ? [finding('plain', 'registration.others', [answer], { count: all.length - 1 })] : []
}

function failures(conversation: Conversation): Finding[] {
  const { steps } = conversation
  const requests = steps.filter(({ read }) => isRequest(read) && read.message.method === 'REGISTER')
  const last = requests.at(-1)
  const findings: Finding[] = []
  for (const request of requests) {
    const answer = finalTo(request, steps)
    const { code = 0 } = answer?.read.message ?? {}
    if (code === 423 && answer !== undefined) {
      const least = valueOf(answer.read, 'Min-Expires')
      findings.push(finding(request === last ? 'fail' : 'plain', 'registration.tooBrief', [request, answer], { least }))
    } else if (answer === undefined && request.again.length > 0) {
      const values = { count: request.again.length + 1, to: request.read.to }
      findings.push(finding('fail', 'registration.noReply', [request], values))
    } else if (answer !== undefined && code >= 300 && request === last && code !== 423) {
      const values = { code, reason: answer.read.reason, who: whoSent(answer.read, conversation) }
      findings.push(finding('fail', 'registration.refused', [request, answer], values))
    }
  }
  return findings
}

/** Of the registrar's list the one that is ours: same user, host and port (rport may have changed the host on purpose). */
function ownContact(answer: ReadMessage, contact: string): string | undefined {
  const own = uriIn(contact)
  return headers(answer, 'Contact').find((value) => {
    const uri = uriIn(value)
    return (
      uri !== undefined && own !== undefined && uri.user === own.user && uri.host === own.host && uri.port === own.port
    )
  })
}

/** Seconds: the contact's own parameter, else the header (RFC 3261 10.2.1.1). */
function expiresOf(read: ReadMessage, contact: string): number | undefined {
  const own = param(parseNameAddr(contact)?.params ?? [], 'expires')
  const written = own ?? valueOf(read, 'Expires')
  return /^\d{1,10}$/.test(written.trim()) ? Number(written) : undefined
}
