import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Scope } from '../scope.ts'

/**
 * A phone of a few lines on loopback that answers every call at once and takes every request as it comes: it adds
 * nothing to the times that are measured. It sends no sound. No retransmissions: loopback loses nothing.
 */
export class PlainAnswerer {
  /** Where to call it. */
  readonly target: string
  /** When each INVITE arrived and its 200 left, Date.now(). */
  readonly answeredAt: number[] = []
  /** As they came, repeated ones as well. */
  readonly invites: string[] = []
  /** How many calls the other side has ended. */
  ended = 0
  readonly #socket: Socket
  readonly #rtpPort: number
  readonly #seen = new Set<string>()

  static async open(scope: Scope, rtpPort: number): Promise<PlainAnswerer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    scope.after(async () => {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    })
    return new PlainAnswerer(socket, rtpPort)
  }

  private constructor(socket: Socket, rtpPort: number) {
    this.#socket = socket
    this.#rtpPort = rtpPort
    this.target = `sip:plain@127.0.0.1:${socket.address().port}`
    socket.on('error', () => {})
    socket.on('message', (bytes, { port }) => this.#take(bytes.toString(), port))
  }

  #take(text: string, port: number): void {
    const method = text.slice(0, text.indexOf(' '))
    if (method === 'ACK' || !/^[A-Z]+$/.test(method)) return
    const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq)\s*:/i.test(line))
    if (method !== 'INVITE') {
      if (method === 'BYE') this.ended += 1
      this.#send(port, ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''])
      return
    }
    this.invites.push(text)
    const callId = kept.find((line) => /^Call-ID/i.test(line)) ?? ''
    if (!this.#seen.has(callId)) this.answeredAt.push(Date.now())
    this.#seen.add(callId)
    const body = [
      'v=0',
      'o=plain 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#rtpPort} RTP/AVP 0`,
      'a=rtpmap:0 PCMU/8000',
      '',
    ].join('\r\n')
    this.#send(port, [
      'SIP/2.0 200 OK',
      ...kept.map((line) => (/^To\s*:/i.test(line) && !/;tag=/.test(line) ? `${line};tag=plain` : line)),
      `Contact: <${this.target}>`,
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
      '',
      body,
    ])
  }

  #send(port: number, lines: readonly string[]): void {
    this.#socket.send(lines.join('\r\n'), port, '127.0.0.1')
  }
}
