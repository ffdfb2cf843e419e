import { header, headers } from '../../sip/message/headers.ts'
import { formatHostPort } from '../../sip/message/host.ts'
import { param } from '../../sip/message/params.ts'
import { parseVia, type Via } from '../../sip/message/via.ts'
import { kindOf } from '../addresses.ts'
import { type Conversation, whoSent } from '../conversation.ts'
import { addressIn, hostOf, isRequest, type ReadMessage, uriIn, valueOf } from '../read-message.ts'
import type { Step } from '../steps.ts'
import { answersTo } from './call-story.ts'
import { type Finding, finding } from './finding.ts'

/** What address translation, and routers that mean well, have done to the messages. */
export function explainNat(conversation: Conversation): Finding[] {
  const findings: Finding[] = []
  const told = new Set<string>()
  const once = (what: Finding | undefined) => {
    if (what === undefined || told.has(what.name)) return
    told.add(what.name)
    findings.push(what)
  }
  for (const step of conversation.steps) {
    once(wrongLength(step))
    if (!isRequest(step.read) || headers(step.read, 'Via').length !== 1) continue
    const via = parseVia(valueOf(step.read, 'Via'))
    if (via === null) continue
    const answers = answersTo(step, conversation.steps)
    const seen = seenAddress(step.read, via, answers)
    const who = whoSent(step.read, conversation)
    if (seen !== undefined) {
      const said = formatHostPort(via)
      once(finding('plain', 'nat.mapped', [step], { who, said, seen }))
      if (param(via.params, 'rport') === undefined) once(finding('warn', 'nat.noRport', [step], { who }))
    }
    once(unreachableContact(step, seen ?? step.read.from, who))
    for (const answer of answers) once(rewritten(step, via, answer))
  }
  return findings
}

/** Where it really comes from, when that is not what it says (RFC 3581 4). */
function seenAddress({ from }: ReadMessage, via: Via, answers: readonly Step[]): string | undefined {
  for (const { read } of answers) {
    const back = parseVia(valueOf(read, 'Via'))
    const received = back === null ? undefined : param(back.params, 'received')
    const rport = back === null ? undefined : param(back.params, 'rport')
    const otherHost = received !== undefined && received !== '' && received.replace(/^\[|\]$/g, '') !== via.host
    const otherPort = rport !== undefined && /^\d+$/.test(rport) && Number(rport) !== (via.port ?? 5060)
    if (otherHost || (otherPort && via.transport === 'UDP'))
      return `${received || via.host}:${rport || (via.port ?? 5060)}`
  }
  const source = hostOf(from)
  const known = kindOf(via.host) !== 'name' && kindOf(source) !== 'name' && kindOf(via.host) !== 'nowhere'
  return known && source !== via.host ? from : undefined
}

function unreachableContact(step: Step, seen: string, who: Finding['values'][string]): Finding | undefined {
  const { method } = step.read.message
  const contact = uriIn(valueOf(step.read, 'Contact'))
  if (contact === undefined || !['INVITE', 'REGISTER', 'SUBSCRIBE'].includes(method)) return undefined
  const kind = kindOf(contact.host)
  const foreign = (kind === 'private' || kind === 'loopback') && kindOf(hostOf(seen)) === 'public'
  if (!foreign) return undefined
  return finding('warn', 'nat.contact', [step], { who, contact: addressIn(valueOf(step.read, 'Contact')), seen })
}

/** RFC 3261 8.2.6.2: what an answer repeats has to come back as it went. */
function rewritten(request: Step, via: Via, answer: Step): Finding | undefined {
  const back = parseVia(valueOf(answer.read, 'Via'))
  const values = (what: string, sent: string, seen: string) =>
    finding('warn', 'nat.alg', [request, answer], { what, sent, seen })
  if (back !== null && headers(answer.read, 'Via').length === 1) {
    const [sent, seen] = [formatHostPort(via), formatHostPort(back)]
    if (sent !== seen) return values('Via', sent, seen)
  }
  for (const name of ['From', 'Call-ID'] as const) {
    const [sent, seen] = [header(request.read, name) ?? '', header(answer.read, name) ?? '']
    const [one, other] = name === 'From' ? [addressIn(sent), addressIn(seen)] : [sent, seen]
    if (one !== other && other !== '') return values(name, one, other)
  }
  return undefined
}

/** Somebody changed the body and forgot to count it. */
function wrongLength(step: Step): Finding | undefined {
  const written = valueOf(step.read, 'Content-Length')
  if (step.read.message.transport !== 'udp' || !/^\d{1,9}$/.test(written)) return undefined
  const real = new TextEncoder().encode(step.read.body).byteLength
  return Number(written) === real ? undefined : finding('warn', 'nat.length', [step], { said: Number(written), real })
}
