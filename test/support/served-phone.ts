import type { Ready } from '../../electron/ipc/contract.ts'
import { startDialtone } from './dialtone.ts'
import type { Program } from './process.ts'
import type { Scope } from './scope.ts'
import { temporaryFolder } from './temp-folder.ts'
import { until } from './until.ts'

/** `dialtone serve` in a process of its own, on loopback and any free ports unless told otherwise. */
export class ServedPhone {
  readonly program: Program
  readonly ready: Ready
  readonly data: string

  static async start(
    scope: Scope,
    args: readonly string[] = [],
    options: { readonly data?: string; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<ServedPhone> {
    const data = options.data ?? (await temporaryFolder(scope, 'dialtone-served'))
    const all = ['serve', '--listen', '127.0.0.1', '--sip-port', '0', '--data', data, ...args]
    const program = await startDialtone(scope, all, options.env)
    // The page may have to be built first.
    const line = await until(
      'the ready line of dialtone serve',
      () => {
        if (program.exit !== undefined) throw new Error(`dialtone serve ended: ${program.stderr}`)
        return program.stdout.includes('\n') ? program.stdout.split('\n')[0] : undefined
      },
      120_000,
    )
    return new ServedPhone(program, JSON.parse(line) as Ready, data)
  }

  private constructor(program: Program, ready: Ready, data: string) {
    this.program = program
    this.ready = ready
    this.data = data
  }

  /** Opens the page. */
  get url(): string {
    if (this.ready.url === undefined) throw new Error('there is no address in the ready line')
    return this.ready.url
  }

  /** Where to call it. */
  get target(): string {
    const [first] = this.ready.listening
    return `sip:dialtone@${first?.address}:${first?.port}`
  }
}
