import { isRtcp } from '../../native/rtp/rtcp/parse.ts'
import type { TraceMessage } from '../phone/trace-message.ts'
import { formatHostPort } from '../sip/message/host.ts'
import { ipPayload } from './ip-packet.ts'
import { readCaptureFile } from './pcap-reader.ts'
import type { RtpDatagram } from './rtp-streams.ts'
import { Fragments, Streams } from './reassembly.ts'
import { summarise } from './summary.ts'

/** What somebody else's capture tells of SIP. */
export interface Capture {
  /** As if each was sent by the address it came from: `direction` is `out`, `local` the sender. */
  readonly messages: readonly TraceMessage[]
  readonly packets: number
  /** What looks like RTP; views of the file, not copies. */
  readonly rtp: readonly RtpDatagram[]
  /** What looks like RTCP, the same way. */
  readonly rtcp: readonly RtpDatagram[]
  /** Why a part of the file is not shown, for people. */
  readonly problem?: string
}

const [udpProtocol, tcpProtocol] = [17, 6]
/** RFC 3261 7: a method or `SIP/2.0`, a blank. A method is a token. */
const startOfSip =
  /^(?:SIP\/2\.0 [1-6]\d\d|[A-Z][A-Z0-9_-]{1,31} (?:sips?|tel|urn|im|pres|http|\*|[a-z+.-]{1,20}:)\S* ?SIP\/2\.0)/i
const mostMessages = 500_000
const mostRtp = 2_000_000
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Reads a capture file (pcap, pcapng). Throws a CaptureError for what is none; damage inside only costs what is damaged. */
export function readCapture(file: Uint8Array): Capture {
  const { packets, problem } = readCaptureFile(file)
  const fragments = new Fragments()
  const streams = new Streams()
  const places = new Places()
  const messages: TraceMessage[] = []
  const rtp: RtpDatagram[] = []
  const rtcp: RtpDatagram[] = []
  const seen = new Set<string>()
  const first = packets[0]?.atMicros ?? 0
  const add = (bytes: Uint8Array, atMicros: number, transport: 'udp' | 'tcp', local: string, remote: string) => {
    const text = utf8.decode(bytes)
    if (!startOfSip.test(text.slice(0, 600))) return
    const summary = summarise(text)
    const { branch, cseq, method, code = '', sipCallId } = summary
    const what = `${local} ${remote} ${sipCallId} ${cseq} ${method} ${code} ${branch}`
    messages.push({
      id: messages.length + 1,
      at: isoTime(atMicros),
      monotonicMs: (atMicros - first) / 1000,
      direction: 'out',
      transport,
      local,
      remote,
      ...summary,
      retransmission: transport === 'udp' && seen.has(what),
      text,
    })
    seen.add(what)
  }
  for (const packet of packets) {
    if (messages.length >= mostMessages) break
    const part = ipPayload(packet)
    const whole = part && fragments.put(part)
    if (!whole || whole.payload.byteLength < 8) continue
    const { from, to, protocol, payload } = whole
    const ports = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    const local = places.of(from, ports.getUint16(0))
    const remote = places.of(to, ports.getUint16(2))
    if (protocol === udpProtocol) {
      const content = payload.subarray(8)
      if (isVersion2(content)) {
        const kind = isRtcp(content) ? rtcp : rtp
        if (kind.length < mostRtp)
          kind.push({ atMs: (packet.atMicros - first) / 1000, from: local, to: remote, payload: content })
      } else add(content, packet.atMicros, 'udp', local, remote)
    } else if (protocol === tcpProtocol) {
      for (const bytes of streams.put(`${local} ${remote}`, payload)) add(bytes, packet.atMicros, 'tcp', local, remote)
    }
  }
  const full = messages.length >= mostMessages ? 'There are more messages than can be shown' : undefined
  const said = problem ?? full
  return { messages, rtp, rtcp, packets: packets.length, ...(said !== undefined && { problem: said }) }
}

/** `address:port`, each written once: a capture has many packets of few places, and equal texts that are one are found faster. */
class Places {
  readonly #byHost = new Map<string, Map<number, string>>()

  of(host: string, port: number): string {
    let ports = this.#byHost.get(host)
    if (ports === undefined) this.#byHost.set(host, (ports = new Map<number, string>()))
    let place = ports.get(port)
    if (place === undefined) ports.set(port, (place = formatHostPort({ host, port })))
    return place
  }
}

/** RFC 3550 5.1 and 6.4.1: no SIP begins so. */
function isVersion2(content: Uint8Array): boolean {
  return content.byteLength >= 8 && (content[0] ?? 0) >> 6 === 2
}

/** A damaged file may name a time that no calendar has. */
function isoTime(micros: number): string {
  const ms = micros / 1000
  return new Date(ms <= 8.64e15 ? ms : 0).toISOString()
}
