import type { CodecName, SessionConfig, StreamPosition } from '../../native/protocol.ts'
import type { Endpoint } from '../../native/session/peer.ts'
import { RtpSession } from '../../native/session/session.ts'
import { seeded } from './seeded.ts'
import { sine } from './sound.ts'

const numbers = { PCMU: 0, PCMA: 8, G722: 9, Opus: 96 } as const
export const address = { a: { address: '192.0.2.1', port: 4000 }, b: { address: '192.0.2.2', port: 5000 } }
export type Side = keyof typeof address

export const config = (codec: CodecName, to: Side, more: Partial<SessionConfig> = {}): SessionConfig => ({
  remote: { address: address[to].address, rtpPort: address[to].port, rtcpPort: address[to].port + 1 },
  sending: true,
  receiving: true,
  codec,
  payloadType: numbers[codec],
  receivePayloadTypes: { 0: 'PCMU', 8: 'PCMA', 9: 'G722', ...(codec === 'Opus' && { 96: 'Opus' }) },
  telephoneEvent: { send: 101, receive: 101 },
  ptimeMs: 20,
  ...more,
})

/** Two sessions joined by a wire, in virtual time. */
export class Pair {
  now = 0
  readonly wire: { readonly from: Side; readonly datagram: Uint8Array }[] = []
  readonly reports: { readonly from: Side; readonly datagram: Uint8Array }[] = []
  readonly digits: string[] = []
  readonly sides: Record<Side, RtpSession>
  /** Whether a packet is lost. */
  drops: () => boolean = () => false
  /** Where a packet to `to` seems to come from; undefined: it does not get there. */
  route: (from: Side, to: Endpoint) => Endpoint | undefined = (from) => address[from]

  /** `resume`: where the stream of `a` goes on. */
  constructor(resume?: StreamPosition) {
    const build = (side: Side) => {
      const random = seeded(side === 'a' ? 1 : 2)
      return new RtpSession(
        {
          sendRtp: (datagram, to) => this.#carry(side, datagram, to),
          sendRtcp: (datagram) => this.#report(side, datagram),
          onDigit: (digit, way) => this.digits.push(`${side} ${digit} ${way}`),
        },
        { cname: side, random: () => random() * 0x1_0000_0000, now: 0, ...(side === 'a' && resume && { resume }) },
      )
    }
    this.sides = { a: build('a'), b: build('b') }
  }

  /** Both say their tones for so long; what each of them hears, at its own rate. */
  talk(ms: number, hz: Record<Side, number>): Record<Side, Int16Array> {
    const rate = { a: this.sides.a.rate, b: this.sides.b.rate }
    return this.say({ a: sine(hz.a, ms / 1000, 8000, rate.a), b: sine(hz.b, ms / 1000, 8000, rate.b) })
  }

  /** The same of any sound, as long on both sides. */
  say(said: Record<Side, Int16Array>): Record<Side, Int16Array> {
    const rate = { a: this.sides.a.rate, b: this.sides.b.rate }
    const ms = (said.a.length * 1000) / rate.a
    const heard = { a: new Int16Array(said.a.length), b: new Int16Array(said.b.length) }
    for (let at = 0; at < ms; at += 20) {
      this.now += 20
      for (const side of ['a', 'b'] as const) {
        const [from, to] = [(at * rate[side]) / 1000, ((at + 20) * rate[side]) / 1000]
        this.sides[side].send(said[side].subarray(from, to))
        this.sides[side].take(heard[side].subarray(from, to), this.now + 9)
      }
    }
    return heard
  }

  #report(from: Side, datagram: Uint8Array): void {
    this.reports.push({ from, datagram })
    const { address: host, port } = address[from]
    const other = this.sides[from === 'a' ? 'b' : 'a']
    other.receiveRtcp(datagram, { address: host, port: port + 1 }, this.now, this.now)
  }

  #carry(from: Side, datagram: Uint8Array, to: Endpoint): void {
    this.wire.push({ from, datagram })
    const source = this.route(from, to)
    if (source && !this.drops()) this.sides[from === 'a' ? 'b' : 'a'].receiveRtp(datagram, source, this.now)
  }
}
