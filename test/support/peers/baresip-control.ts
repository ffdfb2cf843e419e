import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { until, within } from '../until.ts'
import { netstring, NetstringReader } from './netstring.ts'

/** What baresip announces, its names (CALL_INCOMING, CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START ...). */
export interface BaresipEvent {
  readonly type: string
  readonly class: string
  readonly peeruri?: string
  readonly id?: string
  readonly param?: string
  /** performance.now() when it came. */
  readonly at: number
}

interface Response {
  readonly ok: boolean
  readonly data: string
}

/** A connection to baresip's module ctrl_tcp. */
export class BaresipControl {
  readonly events: BaresipEvent[] = []
  readonly #socket: Socket
  readonly #waiting = new Map<string, (response: Response) => void>()
  #tokens = 0

  static async connect(address: string, port: number): Promise<BaresipControl> {
    const socket = connect(port, address)
    await once(socket, 'connect')
    return new BaresipControl(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    // Its end shows in the process.
    socket.on('error', () => {})
    const reader = new NetstringReader()
    socket.on('data', (bytes) => {
      for (const text of reader.push(bytes)) this.#take(JSON.parse(text) as Record<string, unknown>)
    })
  }

  /** A command of baresip's (`dial`, `accept`, `hold` ...); rejects when it refuses. */
  async command(command: string, params = ''): Promise<string> {
    const token = String(++this.#tokens)
    const answered = new Promise<Response>((resolve) => this.#waiting.set(token, resolve))
    this.#socket.write(netstring(JSON.stringify({ command, params, token })))
    const { ok, data } = await within(`baresip's answer to ${command}`, answered, 5000)
    if (!ok) throw new Error(`baresip refuses ${command} ${params}: ${data}`)
    return data
  }

  /** The next event of this type that nobody has waited for yet. */
  async event(type: string, withinMs = 10_000): Promise<BaresipEvent> {
    const what = `baresip's event ${type}`
    return until(what, () => this.#shift(type), withinMs).catch((error: unknown) => {
      throw new Error(`${what} did not come, only: ${this.events.map((event) => event.type).join(' ')}`, {
        cause: error,
      })
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  readonly #seen = new Set<BaresipEvent>()

  #shift(type: string): BaresipEvent | undefined {
    const found = this.events.find((event) => event.type === type && !this.#seen.has(event))
    if (found !== undefined) this.#seen.add(found)
    return found
  }

  #take(message: Record<string, unknown>): void {
    if (message['event'] === true) this.events.push({ ...(message as unknown as BaresipEvent), at: performance.now() })
    else if (typeof message['token'] === 'string') {
      this.#waiting.get(message['token'])?.({ ok: message['ok'] === true, data: String(message['data'] ?? '') })
      this.#waiting.delete(message['token'])
    }
  }
}
