import { Server, type Socket } from 'node:net'
import { encodeFrame, FrameReader } from '../../electron/sip/drachtio/frames.ts'

/** The other end of the control link, bare: it greets, and lets the test write and read payloads. */
export class ControlClient {
  readonly server = new Server()
  readonly received: string[] = []
  socket: Socket | undefined
  connections = 0
  #ids = 0

  constructor(secret = 'word') {
    this.server.on('connection', (socket: Socket) => {
      this.socket = socket
      this.connections++
      const reader = new FrameReader()
      socket.on('data', (bytes: Buffer) => this.received.push(...reader.push(bytes)))
      this.say(`authenticate|${secret}|`)
    })
  }

  /** The id of the frame. */
  say(rest: string): string {
    const id = `m${++this.#ids}`
    this.socket?.write(encodeFrame(`${id}|${rest}`))
    return id
  }

  /** Tokens and text of the answer to the frame. */
  answerTo(id: string): { tokens: string[]; text: string } | undefined {
    const payload = this.received.find(
      (candidate) => candidate.split('|')[2] === id && candidate.split('|')[1] === 'response',
    )
    return payload === undefined ? undefined : split(payload)
  }

  /** Those of the latest `sip` frame. */
  lastSip(): { tokens: string[]; text: string } {
    return split(this.received.findLast((candidate) => candidate.split('|')[1] === 'sip') ?? '')
  }
}

function split(payload: string): { tokens: string[]; text: string } {
  const end = payload.indexOf('\r\n')
  const tokens = (end < 0 ? payload : payload.slice(0, end)).split('|')
  return { tokens, text: end < 0 ? '' : payload.slice(end + 2) }
}
