import type { Message } from 'drachtio-srf'
import type { RequestContext, SipRequest } from '../sip/index.ts'

/** An INVITE as the engine read it, with the face that drachtio-srf gives its messages. */
export class ReceivedInvite implements Message {
  readonly transactionId: string
  readonly uri: string
  readonly body: string
  readonly source_address: string
  readonly source_port: number
  /** The address it came in on: an IP literal. */
  readonly localAddress: string
  /** By their names in lower case. */
  readonly #headers = new Map<string, string>()

  constructor({ uri, headers, body }: SipRequest, { transactionId, local, remote }: RequestContext) {
    this.transactionId = transactionId
    this.uri = uri
    this.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
    this.source_address = remote.address
    this.source_port = remote.port
    this.localAddress = local.address
    for (const { name, value } of headers) {
      const key = name.toLowerCase()
      const before = this.#headers.get(key)
      this.#headers.set(key, before === undefined ? value : `${before},${value}`)
    }
  }

  get(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase())
  }
}
