import type { Headers, Request, Response } from 'drachtio-srf'
import type { Binding, Register, RegisterAnswer } from '../phone/ports.ts'
import {
  formatNameAddr,
  formatUri,
  type NameAddr,
  param,
  parseNameAddr,
  parseUri,
  sameUri,
  splitOutside,
} from '../sip/index.ts'
import { allow } from './capabilities.ts'
import { fromHeader, toHeader } from './addresses.ts'
import { Authorisation, transactAuthorised } from './authorisation.ts'
import { randomToken, type Core } from './core.ts'
import { finalOf, unreachable } from './finals.ts'
import type { AccountLine } from './line.ts'

/** No registrar lists more bindings than this of one address. */
const mostBindings = 100
const longestExpiry = 4_294_967_295

/** One REGISTER (RFC 3261 10.2). Never rejects. */
export function register(core: Core, line: AccountLine, what: Register): Promise<RegisterAnswer> {
  const { expiresSeconds } = what
  const { from, registrar, instanceId } = line.options
  const authorisation = new Authorisation(core, line, 'register')
  const route = line.routeToRegistrar()
  const headers: Headers = {
    ...authorisation.anticipated('REGISTER', registrar),
    From: fromHeader(from, randomToken(core, 8)) ?? '',
    To: toHeader(from.uri),
    'Call-ID': line.callId,
    CSeq: `${line.lastCSeq + 1} REGISTER`,
    ...(route.length > 0 && { Route: route.join(', ') }),
    ...line.marks,
    ...allow,
    // RFC 3327 5.1, RFC 5626 4.2.1, RFC 5627 4.1
    Supported: line.flowsRefused ? 'path, gruu' : 'path, outbound, gruu',
    ...(expiresSeconds !== undefined && {
      Contact: contactOf(line, instanceId),
      Expires: String(expiresSeconds),
    }),
  }
  return new Promise((resolve) => {
    let sent: Request | undefined
    const failed = (reason: string) => resolve({ ...unreachable(reason), bindings: [] })
    transactAuthorised(
      core,
      authorisation,
      registrar,
      { method: 'REGISTER', headers },
      {
        onSent: (request) => {
          sent = request
          line.lastCSeq = Math.max(line.lastCSeq + 1, Number.parseInt(request.get('cseq') ?? '', 10) || 0)
        },
        onFailed: failed,
        onFinal: (response) => {
          // RFC 5626 11.6: a proxy on the way knows no flows; the binding is to do without
          if (response.status === 439 && !line.flowsRefused) {
            line.flowsRefused = true
            return void register(core, line, what).then(resolve)
          }
          if (response.status < 300 && expiresSeconds !== undefined) {
            line.serviceRoute = serviceRouteOf(response)
            line.boundBy(response, expiresSeconds > 0, ownBinding(sent, response))
          }
          const { failure } = authorisation
          const answer = answerOf(response, sent, expiresSeconds)
          resolve(failure === undefined ? answer : { ...answer, refused: failure })
        },
      },
    )
  })
}

/** The control link puts our address for `localhost`. */
function contactOf({ options: { from }, instanceToken, flowsRefused }: AccountLine, instanceId: string): string {
  const { scheme = 'sip', user } = parseUri(from.uri) ?? {}
  const params = [{ name: 'rinstance', value: instanceToken }]
  const uri = formatUri({ scheme, ...(user === undefined ? {} : { user }), host: 'localhost', params })
  // RFC 5626 4.1 and 4.2.1: the one flow there is
  const flow = flowsRefused ? [] : [{ name: 'reg-id', value: '1' }]
  return formatNameAddr({ uri, params: [{ name: '+sip.instance', value: `"<${instanceId}>"` }, ...flow] })
}

function answerOf(response: Response, sent: Request | undefined, asked: number | undefined): RegisterAnswer {
  const final = finalOf(response)
  const retryAfter = secondsOf(response.get('retry-after'))
  const minExpires = secondsOf(response.get('min-expires'))
  const contact = parseNameAddr(sent?.get('contact') ?? '')?.uri
  const accepted = final.status < 300
  const bindings = accepted ? bindingsOf(response, asked ?? 3600) : []
  const granted = accepted && contact !== undefined ? grantedTo(sent, response, asked ?? 0) : undefined
  const flowTimer = accepted ? secondsOf(response.get('flow-timer')) : undefined
  return {
    ...final,
    bindings,
    ...(contact !== undefined && { contact }),
    ...(granted !== undefined && { grantedSeconds: granted }),
    ...(flowTimer !== undefined && { flowTimerSeconds: flowTimer }),
    ...(final.status === 423 && minExpires !== undefined && { minExpiresSeconds: minExpires }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  }
}

/** RFC 3261 10.2.4: our own Contact's parameter, else the header, else what was asked for. */
function grantedTo(sent: Request | undefined, response: Response, asked: number): number {
  const listed = ownBinding(sent, response)
  return secondsOf(param(listed?.params ?? [], 'expires')) ?? secondsOf(response.get('expires')) ?? asked
}

/** What the registrar says of the Contact that we have sent. */
function ownBinding(sent: Request | undefined, response: Response): NameAddr | undefined {
  const own = parseUri(parseNameAddr(sent?.get('contact') ?? '')?.uri ?? '')
  return contactsOf(response).find(({ uri }) => {
    const parsed = parseUri(uri)
    return own !== null && parsed !== null && sameUri(own, parsed)
  })
}

function bindingsOf(response: Response, asked: number): Binding[] {
  const otherwise = secondsOf(response.get('expires')) ?? asked
  return contactsOf(response).map(({ uri, params }) => {
    const q = Number(param(params, 'q') ?? Number.NaN)
    const expiresSeconds = secondsOf(param(params, 'expires')) ?? otherwise
    return { uri, expiresSeconds, ...(q >= 0 && q <= 1 && { q }) }
  })
}

function contactsOf(response: Response): NameAddr[] {
  return splitOutside(response.get('contact') ?? '', ',')
    .slice(0, mostBindings)
    .flatMap((value) => parseNameAddr(value) ?? [])
}

/** RFC 3608: what calls are to pass, at most as much as a sane registrar says. */
function serviceRouteOf(response: Response): readonly string[] {
  return splitOutside(response.get('service-route') ?? '', ',')
    .slice(0, 8)
    .map((value) => parseNameAddr(value)?.uri ?? '')
    .filter((uri) => parseUri(uri) !== null)
    .map((uri) => `<${uri}>`)
}

function secondsOf(value: string | undefined): number | undefined {
  const digits = /^\s*"?([0-9]{1,10})/.exec(value ?? '')?.[1]
  return digits === undefined ? undefined : Math.min(Number(digits), longestExpiry)
}
