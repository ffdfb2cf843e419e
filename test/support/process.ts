import { spawn, type ChildProcess } from 'node:child_process'
import type { Scope } from './scope.ts'
import { within } from './until.ts'

interface ProgramOptions {
  readonly cwd?: string
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** How long it may take to end after SIGTERM before it is killed, milliseconds. */
  readonly patienceMs?: number
  /** It has processes of its own, which are not to outlive it when it has to be killed. */
  readonly forks?: boolean
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The end of what a program prints is enough to tell what happened. */
const mostKept = 4_000_000

/** A program beside the test: what it prints is kept, and it does not outlive the test. */
export class Program {
  readonly name: string
  readonly pid: number
  readonly exited: Promise<Exit>
  stdout = ''
  stderr = ''
  exit: Exit | undefined
  readonly #child: ChildProcess
  readonly #patienceMs: number
  readonly #forks: boolean
  readonly #lineListeners = new Set<(line: string) => void>()
  #partial = ''

  /** Rejects when it cannot be started. */
  static async start(
    scope: Scope,
    command: string,
    args: readonly string[],
    options: ProgramOptions = {},
  ): Promise<Program> {
    const child = spawn(command, args, {
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: options.forks ?? false,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    const program = new Program(command, child, options)
    scope.after(() => program.end())
    scope.onFailure(() => program.told)
    return program
  }

  private constructor(name: string, child: ChildProcess, { patienceMs = 5000, forks = false }: ProgramOptions) {
    this.name = name
    this.pid = child.pid ?? 0
    this.#child = child
    this.#patienceMs = patienceMs
    this.#forks = forks
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        const over = () => {
          this.exit ??= { code, signal }
          resolve(this.exit)
        }
        // All that it printed is there at `close`, which does not come while a child of its own holds the pipe.
        child.once('close', over)
        setTimeout(over, 1000).unref()
      })
    })
    child.on('error', (error) => (this.stderr += `\n${error.message}`))
    child.stdin?.on('error', () => {})
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout = (this.stdout + text).slice(-mostKept)
      this.#splitLines(text)
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-mostKept)
    })
  }

  /** The end of what it printed, and how it ended. */
  get told(): string {
    const state = this.exit === undefined ? 'still running' : `ended with ${this.exit.code ?? this.exit.signal}`
    return `--- ${this.name} (process ${this.pid}), ${state}\n${this.stdout.slice(-3000)}${this.stderr.slice(-3000)}`
  }

  /** Whole lines of stdout, from now on. */
  onLine(listener: (line: string) => void): void {
    this.#lineListeners.add(listener)
  }

  write(text: string): void {
    this.#child.stdin?.write(text)
  }

  closeInput(): void {
    this.#child.stdin?.end()
  }

  signal(name: NodeJS.Signals): void {
    if (this.exit === undefined) this.#child.kill(name)
  }

  /** Waits for its own end; rejects when it takes too long. */
  async finished(withinMs: number): Promise<Exit> {
    return within(`the end of ${this.name}\n${this.stderr.slice(-2000)}`, this.exited, withinMs)
  }

  /** SIGTERM, and SIGKILL if it does not listen. Resolves when it is gone; a second call changes nothing. */
  async end(): Promise<Exit> {
    if (this.exit !== undefined) return this.exit
    this.signal('SIGTERM')
    const killer = setTimeout(() => this.signal('SIGKILL'), this.#patienceMs)
    try {
      return await this.exited
    } finally {
      clearTimeout(killer)
      if (this.#forks) this.#killGroup()
    }
  }

  /** It leads a group of its own: whatever is left of that. */
  #killGroup(): void {
    try {
      if (this.pid > 0) process.kill(-this.pid, 'SIGKILL')
    } catch {
      // Nothing is left.
    }
  }

  #splitLines(text: string): void {
    const lines = (this.#partial + text).split('\n')
    this.#partial = lines.pop() ?? ''
    for (const line of lines) for (const listener of this.#lineListeners) listener(line)
  }
}
