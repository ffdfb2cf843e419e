import { WebSocket } from 'ws'
import type { Answer } from '../../../electron/ipc/json-rpc.ts'
import type { Scope } from '../../support/scope.ts'
import { until, within } from '../../support/until.ts'

interface Heard {
  readonly id?: unknown
  readonly method?: string
  readonly params?: unknown
}

/** The other end of the WebSocket: a page, or somebody who only looks like one. */
export class PageClient {
  readonly socket: WebSocket
  readonly heard: Heard[] = []
  /** The close code. */
  readonly closed: Promise<number>
  #count = 0

  /** Rejects with the status of a refused upgrade in the message. */
  static async open(scope: Scope, url: string, headers: Readonly<Record<string, string>>): Promise<PageClient> {
    const socket = new WebSocket(url, { headers })
    scope.after(() => socket.terminate())
    const page = new PageClient(socket)
    await within(
      'the WebSocket',
      new Promise<void>((resolve, reject) => {
        socket.once('open', () => resolve())
        socket.once('error', reject)
      }),
    )
    // A socket that is cut off says so; `closed` tells.
    socket.on('error', () => {})
    return page
  }

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => this.heard.push(JSON.parse((data as Buffer).toString()) as Heard))
    this.closed = new Promise((resolve) => socket.once('close', resolve))
  }

  async ask(method: string, params: unknown = {}): Promise<Answer> {
    const id = ++this.#count
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return (await until(`the answer to ${method}`, () => this.heard.find((one) => one.id === id))) as unknown as Answer
  }

  notified(method: string, fits: (params: unknown) => boolean = () => true): Promise<Heard> {
    return until(method, () => this.heard.find((one) => one.method === method && fits(one.params)))
  }

  /** The close code, which must come. */
  closeCode(): Promise<number> {
    return within('the end of the WebSocket', this.closed)
  }
}
