import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readQuestion, typeName, writeAnswer, type DnsQuestion, type DnsRecord } from './dns-message.ts'

/** A DNS server of the test's own on loopback: it knows what `records` says, and nothing else. */
export class DnsServer {
  readonly records: Record<string, readonly DnsRecord[]>
  /** `SRV _sip._udp.a.test` ... as they came. */
  readonly asked: string[] = []
  /** It hears, and says nothing. */
  silent = false
  /** What is sent instead of an answer. */
  mangle: (answer: Buffer, question: DnsQuestion) => Buffer = (answer) => answer
  readonly #socket = createSocket('udp4')

  private constructor(records: Record<string, readonly DnsRecord[]>) {
    this.records = records
    this.#socket.on('message', (bytes, { address, port }) => {
      const question = readQuestion(bytes)
      if (!question) return
      this.asked.push(`${typeName(question.type)} ${question.name}`)
      const known = this.records[question.name]
      const matching = known?.filter(({ type }) => type === typeName(question.type)) ?? []
      const answer = this.mangle(writeAnswer(question, matching, known ? 0 : 3, 1), question)
      if (!this.silent) this.#socket.send(answer, port, address)
    })
  }

  static async start(records: Record<string, readonly DnsRecord[]>): Promise<DnsServer> {
    const server = new DnsServer(records)
    server.#socket.bind(0, '127.0.0.1')
    await once(server.#socket, 'listening')
    return server
  }

  /** `address:port`, as resolvers want it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`
  }

  close(): void {
    this.#socket.close()
  }
}
