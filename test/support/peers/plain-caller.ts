import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Scope } from '../scope.ts'
import { within } from '../until.ts'

/** An established call: what later requests need, and when things came. */
interface PlainCall {
  readonly callId: string
  readonly remoteRtpPort: number
  /** From the INVITE's leaving to the arrival of 180 and of 200, milliseconds. */
  readonly ringingMs: number | undefined
  readonly answeredMs: number
  readonly to: string
  readonly contact: string
}

interface Target {
  readonly address: string
  readonly port: number
  readonly user?: string
}

interface Heard {
  /** Milliseconds after the request left. */
  readonly afterMs: number
  readonly status: number
  readonly text: string
}

/**
 * A caller of a few lines on loopback: it does only what a call needs, adds nothing to the time it takes, and speaks any
 * SDP. No retransmissions: loopback loses nothing.
 */
export class PlainCaller {
  readonly port: number
  readonly #socket: Socket
  readonly #responses = new Map<string, (at: number, status: number, text: string) => void>()
  #count = 0

  static async open(scope: Scope): Promise<PlainCaller> {
    const socket = createSocket({
      type: 'udp4',
      recvBufferSize: 1 << 20,
      // An address is no name: nobody is to be asked about it while the clock runs
      lookup: (host, _options, done) => done(null, host, 4),
    })
    const listening = once(socket, 'listening')
    socket.bind(0, '127.0.0.1')
    await listening
    scope.after(async () => {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    })
    return new PlainCaller(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
    socket.on('error', () => {})
    socket.on('message', (bytes, remote) => {
      const at = performance.now()
      const text = bytes.toString()
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0)
      if (status === 0) this.#agree(text, remote.port)
      else this.#responses.get(`${header(text, 'Call-ID')} ${header(text, 'CSeq')}`)?.(at, status, text)
    })
  }

  /** `displayName` stands before its own address as it is. Rejects when the INVITE is refused. */
  async invite(target: Target, rtpPort: number, displayName = ''): Promise<PlainCall> {
    const callId = `plain-${this.port}-${++this.#count}`
    const sdp = [
      'v=0',
      'o=plain 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${rtpPort} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      '',
    ].join('\r\n')
    let ringingMs: number | undefined
    const uri = `sip:${target.user ?? 'dialtone'}@${target.address}:${target.port}`
    const final = await this.#transact(
      target,
      'INVITE',
      { callId, uri, to: `<${uri}>`, cseq: 1, body: sdp, displayName },
      (heard) => {
        if (heard.status === 180) ringingMs ??= heard.afterMs
      },
    )
    const to = header(final.text, 'To')
    const contact = /<([^>]+)>/.exec(header(final.text, 'Contact'))?.[1] ?? uri
    this.#send(target, this.#request('ACK', { callId, uri: contact, to, cseq: 1, displayName }))
    if (final.status !== 200) throw new Error(`INVITE was answered ${final.status}`)
    const remoteRtpPort = Number(/^m=audio (\d+)/m.exec(final.text)?.[1])
    return { callId, remoteRtpPort, ringingMs, answeredMs: final.afterMs, to, contact }
  }

  /** Resolves with the answer's status. */
  async bye(target: Target, call: PlainCall): Promise<number> {
    const { callId, to, contact } = call
    return (await this.#transact(target, 'BYE', { callId, uri: contact, to, cseq: 2 })).status
  }

  /** Any bytes at all. */
  throwAt(target: Target, bytes: Uint8Array): void {
    this.#socket.send(bytes, target.port, target.address)
  }

  async #transact(
    target: Target,
    method: string,
    request: Request,
    provisional: (heard: Heard) => void = () => {},
  ): Promise<Heard> {
    const key = `${request.callId} ${request.cseq} ${method}`
    const written = this.#request(method, request)
    const left = performance.now()
    const final = new Promise<Heard>((resolve) => {
      this.#responses.set(key, (at, status, text) => {
        const heard = { afterMs: at - left, status, text }
        if (status < 200) provisional(heard)
        else resolve(heard)
      })
    })
    this.#send(target, written)
    try {
      return await within(`the answer to ${method}`, final)
    } finally {
      this.#responses.delete(key)
    }
  }

  #request(method: string, { callId, uri, to, cseq, body = '', displayName = '' }: Request): string {
    return [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${callId}-${cseq}${method};rport`,
      'Max-Forwards: 70',
      `From: ${displayName}<sip:plain@127.0.0.1:${this.port}>;tag=plain`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:plain@127.0.0.1:${this.port}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n')
  }

  /** The peer's own requests (BYE at the end of a call) are fine. */
  #agree(text: string, port: number): void {
    const method = text.slice(0, text.indexOf(' '))
    if (method === 'ACK' || !/^[A-Z]+$/.test(method)) return
    const lines = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq)\s*:/i.test(line))
    const response = ['SIP/2.0 200 OK', ...lines, 'Content-Length: 0', '', ''].join('\r\n')
    this.#socket.send(response, port, '127.0.0.1')
  }

  #send({ address, port }: Target, text: string): void {
    this.#socket.send(text, port, address)
  }
}

interface Request {
  readonly callId: string
  readonly uri: string
  readonly to: string
  readonly cseq: number
  readonly body?: string
  readonly displayName?: string
}

function header(text: string, name: string): string {
  return new RegExp(`^${name}\\s*:\\s*(.*)$`, 'im').exec(text)?.[1]?.trim() ?? ''
}
