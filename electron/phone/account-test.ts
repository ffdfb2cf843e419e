import type { LineOptions, RegisterAnswer, Route, UserAgent } from './ports.ts'
import { type RegistrationStep, registrationFailure } from './registration-failure.ts'
import { type WayFault, wayFaultOf } from './way-fault.ts'

/** One step on the way to a registrar. */
export interface AccountTestStep {
  readonly step: RegistrationStep
  readonly ok: boolean
  /** The SIP status, where there was one. */
  readonly code?: number
  readonly detail: string
  readonly remedy?: string
}

/**
 * Goes the way of a registration, step by step, up to the first that fails. It only asks for the bindings, with the
 * account's credentials: nothing is changed at the registrar. Never rejects.
 */
export async function testAccount(userAgent: UserAgent, options: LineOptions): Promise<readonly AccountTestStep[]> {
  const line = userAgent.openLine(options)
  try {
    let way: Route
    try {
      way = await userAgent.route(options.registrar, line)
    } catch (error) {
      return stepsTo(wayFaultOf(error), error instanceof Error ? error.message : String(error))
    }
    const steps = stepsOf(way)
    const answer = await line.register({ expiresSeconds: undefined })
    const { status, reason, source } = answer
    const { step, remedy } = registrationFailure(answer, undefined)
    if (source !== 'peer') {
      const passed = steps.filter((passed) => passed.step !== step)
      return [...passed, { step, ok: false, code: status, detail: reason, remedy }]
    }
    // Datagrams know no connection: an answer is the proof that somebody is there
    if (way.transport === 'udp') steps.push({ step: 'connect', ok: true, detail: 'the server answers' })
    const outcome = { step: 'register', code: status, detail: `${status} ${reason}` } as const
    return [...steps, status < 300 ? { ...outcome, ok: true } : { ...outcome, ok: false, remedy }]
  } finally {
    line.close()
  }
}

function stepsOf({ remoteAddress, remotePort, transport }: Route): AccountTestStep[] {
  const steps: AccountTestStep[] = [{ step: 'dns', ok: true, detail: `the server is at ${remoteAddress}` }]
  if (transport !== 'udp') steps.push({ step: 'connect', ok: true, detail: `connected to port ${remotePort}` })
  if (transport === 'tls') steps.push({ step: 'tls', ok: true, detail: 'the certificate of the server is accepted' })
  return steps
}

const order = ['dns', 'connect', 'tls'] as const

/** Those that were passed, and the one that failed. */
function stepsTo(fault: WayFault, detail: string): AccountTestStep[] {
  const nothing: RegisterAnswer = { status: 503, reason: detail, source: 'unreachable', bindings: [] }
  const { step, remedy } = registrationFailure(nothing, fault)
  const passed = order.slice(0, order.indexOf(step as (typeof order)[number]))
  const words = { dns: 'the name leads to an address', connect: 'the server takes the connection', tls: '' }
  return [
    ...passed.map((step): AccountTestStep => ({ step, ok: true, detail: words[step] })),
    { step, ok: false, detail, remedy },
  ]
}
