import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly stdio?: ('ignore' | 'pipe' | 'inherit')[]
  readonly serviceName?: string
}

const entry = fileURLToPath(new URL('utility-entry.ts', import.meta.url))

const alive = new Set<UtilityProcess>()

/** A child process with a message port instead of Node's IPC; see utility-entry.ts for its other end. */
class UtilityProcess extends EventEmitter {
  /** From `spawn` to `exit`. */
  pid: number | undefined
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly name: string
  readonly #child: ChildProcess

  constructor(modulePath: string, args: readonly string[], options: ForkOptions) {
    super()
    const { env, stdio = ['ignore', 'inherit', 'inherit'], serviceName = 'Node Utility Process' } = options
    this.name = serviceName
    const child = fork(entry, [modulePath, ...args], {
      execArgv: [],
      serialization: 'advanced',
      stdio: [...stdio, 'ipc'],
      ...(env === undefined ? {} : { env }),
    })
    this.#child = child
    this.stdout = child.stdout
    this.stderr = child.stderr
    child.on('spawn', () => {
      this.pid = child.pid
      alive.add(this)
      this.emit('spawn')
    })
    child.on('message', (message) => this.emit('message', message))
    child.on('exit', (code) => {
      this.pid = undefined
      alive.delete(this)
      this.emit('exit', code ?? 1)
    })
    child.on('error', () => {})
  }

  /** What a dead child is told is lost. */
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {})
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

/** What `app.getAppMetrics` tells of them. */
export const utilityMetrics = () => [...alive].map(({ pid, name }) => ({ pid, name, type: 'Utility' }))

export const utilityProcess = {
  fork: (modulePath: string, args: readonly string[] = [], options: ForkOptions = {}) =>
    new UtilityProcess(modulePath, args, options),
}
