import { headers } from '../../sip/message/headers.ts'
import { type AuthValue, parseAuth } from '../auth-params.ts'
import { type Conversation, whoSent } from '../conversation.ts'
import { type Credentials, credentialsIn } from '../digest.ts'
import { isRequest } from '../read-message.ts'
import type { Step } from '../steps.ts'
import { finalTo } from './call-story.ts'
import { type Finding, finding } from './finding.ts'

/** What became of each challenge and of each answer to one, and why one was refused as far as it shows. */
export function explainDigest(conversation: Conversation): Finding[] {
  const { steps } = conversation
  const findings: Finding[] = []
  const used = new Map<string, string>()
  const seen: Challenged[] = []
  for (const step of steps) {
    seen.push(...challengesIn(step))
    const challenge = seen.findLast(({ step: asked }) => asked === step)
    if (challenge !== undefined) findings.push(...asked(challenge, conversation))
    // What a proxy passes on was judged where it came from.
    const { method } = step.read.message
    // RFC 3261 22.1: an ACK repeats the credentials of its INVITE, and nobody answers it.
    const judgeable = isRequest(step.read) && method !== 'ACK' && method !== 'CANCEL'
    const own = judgeable && headers(step.read, 'Via').length <= 1
    for (const credentials of own ? credentialsIn(step.read) : []) {
      const key = `${credentials.header} ${credentials.nonce} ${credentials.nc}`
      const before = used.get(key)
      if (credentials.nc !== '' && before !== undefined && before !== `${step.read.message.cseq}`)
        findings.push(finding('warn', 'digest.replay', [step], { nc: credentials.nc }))
      used.set(key, `${step.read.message.cseq}`)
      findings.push(...judged(step, credentials, seen, conversation))
    }
  }
  const told = new Set<string>()
  return findings.filter(({ name, tone, values }) => {
    const what = `${name} ${JSON.stringify([values['user'], values['realm']])}`
    const again = tone === 'good' && told.has(what)
    told.add(what)
    return !again
  })
}

interface Challenged {
  readonly step: Step
  readonly value: AuthValue
  readonly asker: Credentials['header']
}

function challengesIn(step: Step): Challenged[] {
  const { code } = step.read.message
  if (code !== 401 && code !== 407) return []
  const [name, asker] =
    code === 401
      ? (['WWW-Authenticate', 'Authorization'] as const)
      : (['Proxy-Authenticate', 'Proxy-Authorization'] as const)
  return headers(step.read, name)
    .map(parseAuth)
    .filter(({ scheme }) => scheme === 'digest')
    .map((value) => ({ step, value, asker }))
}

/** A challenge: a stale nonce is told apart from a first asking; a second asking is told by who was refused. */
function asked({ step, value }: Challenged, { steps, captured, ...rest }: Conversation): Finding[] {
  const conversation = { steps, captured, ...rest }
  const { message } = step.read
  const request = requestOf(step, steps)
  const who = whoSent(step.read, conversation)
  const realm = value.params.get('realm') ?? ''
  if (value.params.get('stale')?.toLowerCase() === 'true')
    return [finding('plain', 'digest.stale', [step], { who, realm })]
  if (request !== undefined && credentialsIn(request.read).length > 0) return []
  const next = steps.find(
    ({ read }) => isRequest(read) && read.message.monotonicMs >= message.monotonicMs && credentialsIn(read).length > 0,
  )
  const values = { who, realm, code: message.code ?? 0, number: next?.read.message.id ?? 0 }
  const findings = next === undefined ? [] : [finding('plain', 'digest.asked', [step, next], values)]
  if (message.code === 407 && message.method === 'REGISTER')
    findings.push(finding('plain', 'digest.proxyRegistrar', [step], { who }))
  return findings
}

function requestOf({ read: { message, to } }: Step, steps: readonly Step[]): Step | undefined {
  return steps.find(
    ({ read }) =>
      isRequest(read) &&
      read.from === to &&
      read.message.cseq === message.cseq &&
      read.message.branch === message.branch,
  )
}

function judged(step: Step, sent: Credentials, seen: readonly Challenged[], conversation: Conversation): Finding[] {
  const challenge = challengeFor(sent, seen)
  const answer = finalTo(step, conversation.steps)
  const code = answer?.read.message.code ?? 0
  const values = { user: sent.username, realm: sent.realm, code, number: step.read.message.id }
  const faults = faultsOf(step, sent, challenge)
  if (code >= 200 && code < 300) return [finding('good', 'digest.accepted', [step, answer], values), ...faults]
  if (code === 403) return [...faults, finding('fail', 'digest.forbidden', [step, answer], values)]
  if (!refusedAgain(answer, sent) || answer === undefined) return faults
  if (staleIn(answer)) return faults
  return [...faults, finding('fail', 'digest.refused', [step, answer], values)]
}

/** The challenge whose nonce it uses, else the last of its kind. */
function challengeFor({ header, nonce }: Credentials, seen: readonly Challenged[]): Challenged | undefined {
  const own = seen.filter(({ asker }) => asker === header)
  return own.findLast(({ value }) => value.params.get('nonce') === nonce) ?? own.at(-1)
}

function refusedAgain(answer: Step | undefined, { header }: Credentials): boolean {
  return answer?.read.message.code === (header === 'Authorization' ? 401 : 407)
}

function staleIn(answer: Step): boolean {
  return challengesIn(answer).some(({ value }) => value.params.get('stale')?.toLowerCase() === 'true')
}

/** Where the credentials do not fit what was asked, or the message they stand in. */
function faultsOf(step: Step, sent: Credentials, challenge: Challenged | undefined): Finding[] {
  const faults: Finding[] = []
  const { uri } = step.read
  if (sent.uri !== uri && uri !== '')
    faults.push(finding('warn', 'digest.uri', [step], { uri: sent.uri, requestUri: uri }))
  if (challenge === undefined) return faults
  const said = (name: string) => challenge.value.params.get(name) ?? ''
  const from = [challenge.step, step]
  if (said('realm') !== sent.realm)
    faults.push(finding('fail', 'digest.realm', from, { sent: sent.realm, asked: said('realm') }))
  else if (said('nonce') !== sent.nonce) faults.push(finding('warn', 'digest.nonce', from))
  const asked = said('algorithm') === '' ? 'MD5' : said('algorithm')
  const offered = challenge.step.read.headers
    .filter(({ name }) => name.endsWith('-Authenticate'))
    .map(({ value }) => parseAuth(value))
  const known = offered.some(({ params }) => (params.get('algorithm') ?? 'MD5').toLowerCase() === nameOf(sent))
  if (!known) faults.push(finding('fail', 'digest.algorithm', from, { asked, sent: nameOf(sent).toUpperCase() }))
  if (said('qop') === '' && sent.qop !== '') faults.push(finding('warn', 'digest.qop', from, { qop: sent.qop }))
  return faults
}

function nameOf({ algorithm, session }: Credentials): string {
  const names = { md5: 'md5', sha256: 'sha-256', 'sha512-256': 'sha-512-256' }
  return names[algorithm] + (session ? '-sess' : '')
}
