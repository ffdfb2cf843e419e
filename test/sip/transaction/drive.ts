import type { Step } from '../../../electron/sip/transaction/step.ts'

interface Output {
  readonly kind: string
  readonly timer?: string
  readonly ms?: number
  readonly message?: unknown
  readonly to?: unknown
  readonly reason?: string
  readonly again?: boolean
}

interface Driven<State> {
  readonly tx: State
  /** `ms what`, one an output; timers are obeyed, not listed. */
  readonly log: readonly string[]
  /** Timers that are still set. */
  readonly timers: readonly string[]
}

/** Runs a machine in virtual time: inputs at their times, its own timers in between, until `until` ms. */
export function drive<State, Input>(
  start: State,
  step: (state: State, input: Input) => Step<State, Output>,
  script: readonly (readonly [ms: number, input: Input])[],
  until: number,
): Driven<State> {
  let tx = start
  const log: string[] = []
  const timers = new Map<string, number>()
  const queue = [...script]
  for (let round = 0; round < 1_000; round++) {
    const due = [...timers].sort((a, b) => a[1] - b[1])[0]
    const next = queue[0]
    let now: number
    let input: Input
    if (next && (!due || next[0] <= due[1])) {
      ;[now, input] = next
      queue.shift()
    } else if (due && due[1] <= until) {
      now = due[1]
      timers.delete(due[0])
      input = { kind: 'timer', timer: due[0] } as Input
    } else {
      return { tx, log, timers: [...timers.keys()] }
    }
    const [after, outputs] = step(tx, input)
    tx = after
    for (const output of outputs) {
      if (output.kind === 'set-timer') timers.set(output.timer ?? '', now + (output.ms ?? 0))
      else if (output.kind === 'clear-timer') timers.delete(output.timer ?? '')
      else log.push(`${now} ${describe(output)}`)
    }
  }
  throw new Error('the machine never rests')
}

function describe({ kind, message, to, reason, again }: Output): string {
  return [kind, message ?? to ?? reason, again ? 'again' : undefined].filter((part) => part !== undefined).join(' ')
}
