import type { LineOptions, RegisterAnswer, UserAgent } from './ports.ts'
import { registrationFailure } from './registration-failure.ts'

/** One step on the way to a registrar. */
export interface AccountTestStep {
  readonly step: 'dns' | 'connect' | 'register'
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
    const steps: AccountTestStep[] = []
    try {
      const { remoteAddress } = await userAgent.route(options.registrar, line)
      steps.push({ step: 'dns', ok: true, detail: `the server is at ${remoteAddress}` })
    } catch (error) {
      const unresolved: RegisterAnswer = { status: 503, reason: '', source: 'unreachable', bindings: [] }
      const detail = error instanceof Error ? error.message : String(error)
      return [{ step: 'dns', ok: false, detail, remedy: registrationFailure(unresolved, false).remedy }]
    }
    const answer = await line.register({ expiresSeconds: undefined })
    const { status, reason, source } = answer
    const { remedy } = registrationFailure(answer, true)
    if (source !== 'peer') return [...steps, { step: 'connect', ok: false, code: status, detail: reason, remedy }]
    steps.push({ step: 'connect', ok: true, detail: 'the server answers' })
    const outcome = { step: 'register', code: status, detail: `${status} ${reason}` } as const
    return [...steps, status < 300 ? { ...outcome, ok: true } : { ...outcome, ok: false, remedy }]
  } finally {
    line.close()
  }
}
