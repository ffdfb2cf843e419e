import type { Ready } from '../../electron/ipc/contract.ts'
import type { Answer, Failure } from '../../electron/ipc/json-rpc.ts'
import { startDialtone } from '../support/dialtone.ts'
import type { Program } from '../support/process.ts'
import type { Scope } from '../support/scope.ts'
import { until, within } from '../support/until.ts'

/** Everything on loopback, on any port, without a sound card. */
export const quietly = ['--listen', '127.0.0.1', '--sip-port', '0', '--audio', 'null'] as const

/** The port of `answer`, when it listens. */
export async function listeningPort(program: Program): Promise<number> {
  const line = await until(`the ready line\n${program.stderr}`, () => /^.*\n/.exec(program.stdout)?.[0])
  return (JSON.parse(line) as Ready).listening[0]?.port ?? 0
}

interface Notified {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** The other end of `dialtone rpc`, as raw as a stranger's program: it may ask what the contract does not know. */
export class RpcClient {
  readonly program: Program
  readonly heard: Notified[] = []
  readonly #answers = new Map<number, (answer: Answer) => void>()
  #lastId = 0

  static async start(scope: Scope, ...argv: readonly string[]): Promise<RpcClient> {
    return new RpcClient(await startDialtone(scope, ['rpc', ...argv]))
  }

  private constructor(program: Program) {
    this.program = program
    program.onLine((line) => this.#hear(line))
  }

  async call(method: string, params?: object): Promise<unknown> {
    const answer = await this.#ask(method, params)
    if ('error' in answer) throw new Error(`${method}: ${answer.error.message} (${answer.error.data.code})`)
    return answer.result
  }

  async failure(method: string, params?: object): Promise<Failure> {
    const answer = await this.#ask(method, params)
    if ('error' in answer) return answer.error
    throw new Error(`${method} did not fail: ${JSON.stringify(answer.result)}`)
  }

  /** The first notification, past or to come, that fits. */
  async notified<T = Readonly<Record<string, unknown>>>(
    method: string,
    fits: (params: T) => boolean = () => true,
  ): Promise<T> {
    const found = await until(`${method}\n${this.program.stderr}`, () =>
      this.heard.find((one) => one.method === method && fits(one.params as T)),
    )
    return found.params as T
  }

  /** Of a call's transitions, the states in order. */
  states(callId: string): unknown[] {
    return this.heard
      .filter((one) => one.method === 'call.state' && one.params['callId'] === callId)
      .map((one) => one.params['state'])
  }

  #ask(method: string, params: object | undefined): Promise<Answer> {
    const id = ++this.#lastId
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#answers.set(id, resolve)
    this.program.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) })}\n`)
    return within(`the answer to ${method}`, promise)
  }

  #hear(line: string): void {
    // Anything but JSON throws here, and the test with it.
    const message = JSON.parse(line) as Notified | Answer
    if ('method' in message) this.heard.push(message)
    else this.#answers.get(Number(message.id))?.(message)
  }
}
