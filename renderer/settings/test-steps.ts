import type { AccountTestStep } from '../../electron/ipc/contract.ts'

type TestStepName = AccountTestStep['step']

/** One line of the test as it is shown. */
export interface ShownStep {
  readonly step: TestStepName
  readonly state: 'ok' | 'failed' | 'running' | 'waiting' | 'notReached'
  readonly code?: number
  readonly detail?: string
  /** How long it took. */
  readonly durationMs?: number
}

/** What the way to a registrar consists of; TLS is a step only where it is asked for. */
function way(transport: string): readonly TestStepName[] {
  return transport === 'tls' ? ['dns', 'connect', 'tls', 'register'] : ['dns', 'connect', 'register']
}

/** The whole way, whatever part of it the phone has gone. `steps` is undefined while it goes on, after those `soFar`. */
export function shownSteps(
  steps: readonly AccountTestStep[] | undefined,
  transport: string,
  soFar: readonly AccountTestStep[] = [],
): readonly ShownStep[] {
  const over = steps ?? soFar
  const names = way(over.some(({ step }) => step === 'tls') ? 'tls' : transport)
  const next = names.find((name) => !over.some(({ step }) => step === name))
  return names.map((name): ShownStep => {
    const gone = over.findLast(({ step }) => step === name)
    if (gone === undefined) {
      const open = name === next ? 'running' : 'waiting'
      return { step: name, state: steps === undefined && over.every(({ ok }) => ok) ? open : 'notReached' }
    }
    const { ok, code, detail, durationMs } = gone
    return {
      step: name,
      state: ok ? 'ok' : 'failed',
      ...(code !== undefined && { code }),
      detail,
      ...(durationMs !== undefined && { durationMs }),
    }
  })
}

/** The most likely cause: `accountTest.cause.NAME` of the translations has the sentence and what to do. */
type TestCause =
  | 'name'
  | 'noReply'
  | 'certificate'
  | 'password'
  | 'noPassword'
  | 'forbidden'
  | 'unknownUser'
  | 'notRegistrar'
  | 'interval'
  | 'busy'
  | 'other'

interface TestVerdict {
  readonly cause: TestCause
  /** The field at fault. */
  readonly field: string
}

const byStatus: Readonly<Record<number, readonly [cause: TestCause, field: string]>> = {
  401: ['password', 'password'],
  407: ['password', 'password'],
  403: ['forbidden', 'username'],
  404: ['unknownUser', 'username'],
  405: ['notRegistrar', 'proxy'],
  423: ['interval', 'reregisterSeconds'],
  503: ['busy', 'proxy'],
}

/** Undefined when all went well. `typed`: what the form knows of the account. */
export function verdictOf(
  steps: readonly AccountTestStep[],
  typed: { readonly hasPassword: boolean; readonly proxy: string },
): TestVerdict | undefined {
  const failed = steps.find(({ ok }) => !ok)
  if (failed === undefined) return undefined
  const server = typed.proxy === '' ? 'domain' : 'proxy'
  if (failed.step === 'dns') return { cause: 'name', field: server }
  if (failed.step === 'connect') return { cause: 'noReply', field: server }
  if (failed.step === 'tls') return { cause: 'certificate', field: 'transport' }
  const code = failed.code ?? 0
  if ((code === 401 || code === 407) && !typed.hasPassword) return { cause: 'noPassword', field: 'password' }
  const [cause, field] = byStatus[code] ?? ['other', server]
  return { cause, field }
}
