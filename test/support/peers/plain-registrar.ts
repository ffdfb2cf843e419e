import { createHash } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Scope } from '../scope.ts'

const realm = 'plain.test'

/**
 * A registrar of a few lines on loopback: it challenges every REGISTER with a nonce of its own (RFC 7616, MD5, no qop)
 * and takes those that prove the password. No retransmissions: loopback loses nothing.
 */
export class PlainRegistrar {
  readonly port: number
  /** How many proved the password. */
  registered = 0
  /** How many did not. */
  refused = 0
  readonly #socket: Socket
  readonly #password: string
  #nonces = 0
  #closed = false

  /** `port`: that of one that has been closed, to be it again. */
  static async open(scope: Scope, password: string, port = 0): Promise<PlainRegistrar> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    const registrar = new PlainRegistrar(socket, password)
    scope.after(() => registrar.close())
    return registrar
  }

  private constructor(socket: Socket, password: string) {
    this.#socket = socket
    this.#password = password
    this.port = socket.address().port
    socket.on('message', (bytes, { port }) => this.#take(bytes.toString(), port))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #take(text: string, port: number): void {
    if (!/^(?:REGISTER|OPTIONS) /.test(text)) return
    const kept = text
      .split('\r\n')
      .filter((line) => /^(?:Via|From|To|Call-ID|CSeq)\s*:/i.test(line))
      .map((line) => (/^To\s*:/i.test(line) && !/;tag=/.test(line) ? `${line};tag=plain` : line))
    // Whether it is there.
    if (text.startsWith('OPTIONS ')) return this.#send(port, ['SIP/2.0 200 OK', ...kept])
    const proof = /^Authorization: Digest (.*)$/im.exec(text)?.[1]
    if (proof === undefined) {
      const challenge = `WWW-Authenticate: Digest realm="${realm}", nonce="n${++this.#nonces}", algorithm=MD5`
      return this.#send(port, ['SIP/2.0 401 Unauthorized', ...kept, challenge])
    }
    if (!this.#proves(proof)) {
      this.refused += 1
      return this.#send(port, ['SIP/2.0 403 Forbidden', ...kept])
    }
    this.registered += 1
    const contacts = text.split('\r\n').filter((line) => /^Contact\s*:/i.test(line))
    this.#send(port, ['SIP/2.0 200 OK', ...kept, ...contacts, 'Expires: 1800'])
  }

  #proves(proof: string): boolean {
    const value = (name: string) => new RegExp(`(?:^|[ ,])${name}="([^"]*)"`).exec(proof)?.[1] ?? ''
    const a1 = md5(`${value('username')}:${realm}:${this.#password}`)
    const a2 = md5(`REGISTER:${value('uri')}`)
    return value('response') === md5(`${a1}:${value('nonce')}:${a2}`)
  }

  #send(port: number, lines: readonly string[]): void {
    this.#socket.send([...lines, 'Content-Length: 0', '', ''].join('\r\n'), port, '127.0.0.1')
  }
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
