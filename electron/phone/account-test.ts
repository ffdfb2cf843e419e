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
  /** Since the step before was over; absent where both were over at once. */
  readonly durationMs?: number
}

/** A test goes on; `id`: of an account that is kept. */
export interface AccountTestProgress {
  readonly id?: string
  readonly step: AccountTestStep
}

/** Hears of each step as soon as it is over. */
interface TestProgress {
  /** Monotonic milliseconds. */
  now(): number
  onStep(step: AccountTestStep): void
}

/**
 * Goes the way of a registration, step by step, up to the first that fails. It only asks for the bindings, with the
 * account's credentials: nothing is changed at the registrar. Never rejects.
 */
export async function testAccount(
  userAgent: UserAgent,
  options: LineOptions,
  progress?: TestProgress,
): Promise<readonly AccountTestStep[]> {
  const over: AccountTestStep[] = []
  let since = progress?.now() ?? 0
  /** These are over now, the last of them at this moment. */
  const tell = (...steps: readonly AccountTestStep[]) => {
    for (const [index, step] of steps.entries()) {
      const last = index === steps.length - 1
      const timed = last && progress ? { ...step, durationMs: Math.round(progress.now() - since) } : step
      over.push(timed)
      progress?.onStep(timed)
    }
    since = progress?.now() ?? 0
  }
  const line = userAgent.openLine(options)
  try {
    let way: Route
    try {
      way = await userAgent.route(options.registrar, line)
    } catch (error) {
      tell(...stepsTo(wayFaultOf(error), error instanceof Error ? error.message : String(error)))
      return over
    }
    tell(...stepsOf(way))
    const answer = await line.register({ expiresSeconds: undefined })
    const { status, reason, source } = answer
    const { step, remedy } = registrationFailure(answer, undefined)
    if (source !== 'peer') {
      tell({ step, ok: false, code: status, detail: reason, remedy })
      return over.filter((one) => one.step !== step || !one.ok)
    }
    const outcome = { step: 'register', code: status, detail: `${status} ${reason}` } as const
    // Datagrams know no connection: an answer is the proof that somebody is there.
    const reached = { step: 'connect', ok: true, detail: 'the server answers' } as const
    tell(
      ...(way.transport === 'udp' ? [reached] : []),
      status < 300 ? { ...outcome, ok: true } : { ...outcome, ok: false, remedy },
    )
    return over
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
