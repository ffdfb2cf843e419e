import { fileURLToPath } from 'node:url'
import type { Ready } from '../../electron/ipc/contract.ts'
import type { Quality } from '../../native/protocol.ts'
import { Program, type Exit } from './process.ts'
import type { Scope } from './scope.ts'
import { until } from './until.ts'

const checkout = fileURLToPath(new URL('../../', import.meta.url))

/** The command as users run it from a checkout: a process of its own, with its children. */
export async function startDialtone(
  scope: Scope,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Promise<Program> {
  // The running Node is the one that npm scripts use. It ends its calls before it goes, which takes a moment.
  return Program.start(scope, process.execPath, [...nodeOptions, `${checkout}electron/headless.ts`, ...args], {
    env,
    patienceMs: 8000,
  })
}

/** What `call --json` and `answer --json` print of a call. */
interface CallResult {
  readonly answered: boolean
  readonly code: number | string
  readonly cause: string | null
  readonly sipCallId: string | null
  readonly durationMs: number
  readonly setupMs: { readonly ringing?: number; readonly answered?: number }
  readonly quality: Quality | null
}

export interface FinishedCall extends Exit {
  readonly result: CallResult
  readonly stderr: string
}

/** `dialtone call TARGET ... --json` from beginning to end, on loopback and any free ports unless told otherwise. */
export async function runCall(
  scope: Scope,
  target: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly withinMs?: number } = {},
): Promise<FinishedCall> {
  const program = await startDialtone(
    scope,
    ['call', target, '--listen', '127.0.0.1', '--sip-port', '0', '--json', ...args],
    options.env,
  )
  const exit = await program.finished(options.withinMs ?? 60_000)
  return { ...exit, result: lastObject(program), stderr: program.stderr }
}

/** `dialtone answer ... --json`, listening. */
export class Answerer {
  readonly program: Program
  readonly ready: Ready
  /** Where to call it. */
  readonly address: string
  readonly port: number

  static async start(
    scope: Scope,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    nodeOptions: readonly string[] = [],
  ): Promise<Answerer> {
    const all = ['answer', '--listen', '127.0.0.1', '--sip-port', '0', '--json', ...args]
    const program = await startDialtone(scope, all, env, nodeOptions)
    const line = await until('the ready line of dialtone answer', () => {
      if (program.exit !== undefined) throw new Error(`dialtone answer ended: ${program.stderr}`)
      return program.stdout.includes('\n') ? program.stdout.split('\n')[0] : undefined
    })
    return new Answerer(program, JSON.parse(line) as Ready)
  }

  private constructor(program: Program, ready: Ready) {
    this.program = program
    this.ready = ready
    const { address, port } = ready.listening[0]!
    this.address = address
    this.port = port
  }

  get target(): string {
    return `sip:dialtone@${this.address}:${this.port}`
  }

  /** How the calls went that have ended so far. */
  get results(): readonly CallResult[] {
    return this.program.stdout
      .split('\n')
      .slice(1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as CallResult)
  }

  /** The result of call number `n`, the first being 1. */
  result(n = 1): Promise<CallResult> {
    return until(`the end of call ${n}\n${this.program.stderr}`, () => this.results[n - 1])
  }
}

function lastObject(program: Program): CallResult {
  const line = program.stdout.trim().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(line) as CallResult
  } catch (error) {
    throw new Error(`dialtone printed no result: ${program.stdout}${program.stderr}`, { cause: error })
  }
}
