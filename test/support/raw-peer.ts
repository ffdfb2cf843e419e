import type { Transport } from '../../electron/sip/transport/transport.ts'
import type { Endpoint } from '../../electron/sip/transaction-user.ts'
import type { LossyNet } from './lossy-net.ts'

/** A peer that sends and keeps plain text: for what no engine of ours would do. */
export class RawPeer {
  readonly heard: string[] = []
  readonly #transport: Transport
  onText: (text: string, from: Endpoint) => void = () => {}

  constructor(net: LossyNet, address: string, port = 5060) {
    this.#transport = net.bind(address, port)
    this.#transport.delegate = {
      onBytes: (bytes, _local, remote) => {
        const text = Buffer.from(bytes).toString()
        this.heard.push(text)
        this.onText(text, remote)
      },
      onError: () => {},
    }
  }

  get local(): Endpoint {
    return this.#transport.local
  }

  send(text: string | Uint8Array, address: string, port = 5060): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    this.#transport.send(bytes, { transport: 'udp', address, port }, () => {})
  }

  /** A request out of lines, with the headers every request has unless `lines` has them. */
  request(
    method: string,
    uri: string,
    lines: readonly string[] = [],
    branch = `z9hG4bK-${method}-${this.heard.length}`,
  ): string {
    const has = (name: string) => lines.some((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    const { address, port } = this.#transport.local
    const all = [
      `${method} ${uri} SIP/2.0`,
      ...(has('Via') ? [] : [`Via: SIP/2.0/UDP ${address}:${port};branch=${branch};rport`]),
      ...(has('From') ? [] : ['From: <sip:raw@peer>;tag=raw']),
      ...(has('To') ? [] : [`To: <${uri}>`]),
      ...(has('Call-ID') ? [] : ['Call-ID: raw-call']),
      ...(has('CSeq') ? [] : [`CSeq: 1 ${method}`]),
      ...(has('Max-Forwards') ? [] : ['Max-Forwards: 70']),
      ...(has('Contact') || method !== 'INVITE' ? [] : [`Contact: <sip:raw@${address}:${port}>`]),
      ...lines.filter((line) => line !== ''),
      'Content-Length: 0',
      '',
      '',
    ]
    return all.join('\r\n')
  }

  /** The response to a request as text. */
  answer(request: string, status: number, tag: string, lines: readonly string[] = []): string {
    const kept = request.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq|Record-Route):/.test(line))
    const to = request.split('\r\n').find((line) => line.startsWith('To:')) ?? 'To: <sip:x>'
    return [
      `SIP/2.0 ${status} Whatever`,
      ...kept,
      to.includes('tag=') || tag === '' ? to : `${to};tag=${tag}`,
      ...lines,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n')
  }

  /** First lines of what came: methods, or statuses. */
  get firsts(): string[] {
    return this.heard.map((text) => {
      const [first = ''] = text.split('\r\n')
      return first.startsWith('SIP/2.0 ') ? (first.split(' ')[1] ?? '') : (first.split(' ')[0] ?? '')
    })
  }
}

export const headerOf = (text: string, name: string): string | undefined =>
  text
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim()

/** The same message with a session description. */
export function withSdp(text: string, sdp: string): string {
  const head = `Content-Type: application/sdp\r\nContent-Length: ${Buffer.byteLength(sdp)}\r\n\r\n`
  return text.replace(/Content-Length: 0\r\n\r\n$/, head + sdp)
}
