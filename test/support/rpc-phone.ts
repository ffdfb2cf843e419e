import type { MethodName, MethodParams, MethodResult, Methods, Notifications } from '../../electron/ipc/contract.ts'
import type { CallStateName } from '../../electron/phone/shapes.ts'
import { ladder } from '../../electron/dissect/ladder.ts'
import { startDialtone } from './dialtone.ts'
import type { Program } from './process.ts'
import type { Scope } from './scope.ts'
import { temporaryFolder } from './temp-folder.ts'
import { until, within } from './until.ts'

type Ended = Notifications['call.ended']

interface Announced {
  readonly method: string
  readonly params: unknown
}

/** What the phone refused, with its stable code. */
export class RpcError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'RpcError'
    this.code = code
  }
}

/** `dialtone rpc` in a process of its own, driven as another program would. */
export class RpcPhone {
  readonly program: Program
  readonly announced: Announced[] = []
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #requests = 0

  static async start(
    scope: Scope,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    nodeOptions: readonly string[] = [],
  ): Promise<RpcPhone> {
    const data = await temporaryFolder(scope, 'dialtone-rpc')
    const all = ['rpc', '--listen', '127.0.0.1', '--sip-port', '0', '--data', data, ...args]
    const phone = new RpcPhone(await startDialtone(scope, all, env, nodeOptions))
    // Of a busy machine it takes its time.
    await phone.notification('phone.ready', undefined, 60_000)
    scope.onFailure(() => phone.ladder())
    return phone
  }

  private constructor(program: Program) {
    this.program = program
    program.onLine((line) => this.#take(line))
    void program.exited.then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`dialtone rpc ended: ${program.stderr}`))
    })
  }

  async request<Name extends MethodName>(
    method: Name,
    params: MethodParams<Methods[Name]>,
  ): Promise<MethodResult<Methods[Name]>> {
    const id = ++this.#requests
    const answered = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answered)
    this.program.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    return (await within(`the answer to ${method}`, answered.promise, 40_000)) as MethodResult<Methods[Name]>
  }

  /** The first notification of this name that `suits`, whether it has come already or not. */
  notification<Name extends keyof Notifications>(
    name: Name,
    suits: (content: Notifications[Name]) => boolean = () => true,
    withinMs = 10_000,
  ): Promise<Notifications[Name]> {
    return until(
      `the notification ${name}`,
      () => {
        if (this.program.exit !== undefined) throw new Error(`dialtone rpc ended: ${this.program.stderr}`)
        return this.all(name).find(suits)
      },
      withinMs,
    )
  }

  all<Name extends keyof Notifications>(name: Name): Notifications[Name][] {
    return this.announced.filter(({ method }) => method === name).map(({ params }) => params as Notifications[Name])
  }

  /** The newest snapshot. */
  snapshot(): Notifications['phone.snapshot'] | undefined {
    return this.all('phone.snapshot').at(-1)
  }

  state(callId: string, state: CallStateName, withinMs?: number) {
    return this.notification('call.state', (change) => change.callId === callId && change.state === state, withinMs)
  }

  ended(callId: string, withinMs?: number): Promise<Ended> {
    return this.notification('call.ended', (ended) => ended.callId === callId, withinMs)
  }

  async listening(): Promise<{ readonly address: string; readonly port: number }> {
    return (await this.notification('phone.ready')).listening[0]!
  }

  async target(): Promise<string> {
    const { address, port } = await this.listening()
    return `sip:dialtone@${address}:${port}`
  }

  /** Everything that passed the wire, as a ladder: what to print when a test has failed. */
  async ladder(names: Readonly<Record<string, string>> = {}): Promise<string> {
    return ladder(await this.messages(), { names })
  }

  async messages() {
    const summaries = await this.request('trace.list', {})
    return Promise.all(summaries.map(({ id }) => this.request('trace.get', { id })))
  }

  #take(line: string): void {
    const message = JSON.parse(line) as {
      id?: number
      method?: string
      params?: unknown
      result?: unknown
      error?: { message: string; data?: { code?: string } }
    }
    if (message.method !== undefined) this.announced.push({ method: message.method, params: message.params })
    else if (message.id !== undefined) {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message.result)
      else waiting?.reject(new RpcError(message.error.data?.code ?? '', message.error.message))
    }
  }
}
