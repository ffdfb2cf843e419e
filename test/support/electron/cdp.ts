import { EventEmitter } from 'node:events'
import type { Readable, Writable } from 'node:stream'

export type CdpParams = Record<string, unknown>

interface CdpMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: CdpParams
  readonly sessionId?: string
  readonly result?: CdpParams
  readonly error?: { readonly message: string }
}

/** Chromium's DevTools protocol over a pair of pipes: JSON, each message ended by NUL. */
export class Cdp {
  readonly #output: Writable
  readonly #events = new EventEmitter().setMaxListeners(0)
  readonly #pending = new Map<number, PromiseWithResolvers<CdpParams> & { readonly method: string }>()
  #last = 0

  constructor(output: Writable, input: Readable) {
    this.#output = output
    let rest = ''
    input.setEncoding('utf8')
    input.on('data', (text: string) => {
      const messages = (rest + text).split('\0')
      rest = messages.pop() ?? ''
      for (const message of messages) this.#take(JSON.parse(message) as CdpMessage)
    })
    input.on('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('Chromium is gone'))
      this.#pending.clear()
    })
    input.on('error', () => {})
    output.on('error', () => {})
  }

  async send(method: string, params: CdpParams = {}, sessionId?: string): Promise<CdpParams> {
    const id = ++this.#last
    const answered = { ...Promise.withResolvers<CdpParams>(), method }
    this.#pending.set(id, answered)
    this.#output.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    return answered.promise
  }

  /** Events of a session, or of the browser itself without one. */
  on<Params>(method: string, listener: (params: Params) => void, sessionId = ''): void {
    this.#events.on(`${sessionId} ${method}`, (params: unknown) => listener(params as Params))
  }

  #take({ id, method, params, sessionId = '', result, error }: CdpMessage): void {
    if (method !== undefined) this.#events.emit(`${sessionId} ${method}`, params ?? {})
    if (id === undefined) return
    const answered = this.#pending.get(id)
    this.#pending.delete(id)
    if (error === undefined) answered?.resolve(result ?? {})
    else answered?.reject(new Error(`${answered.method}: ${error.message}`))
  }
}
