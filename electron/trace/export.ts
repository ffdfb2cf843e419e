import { byline } from '../dissect/byline.ts'
import type { TraceFormat, TraceMessage } from '../phone/trace-message.ts'
import type { Address, Datagram } from './frames.ts'
import { writePcap, writePcapng } from './pcap-writer.ts'
import { redact } from './redact.ts'

/** The messages as a file of that format, with the packets of their calls; what was carried by TLS is in clear. */
export function exportTrace(
  messages: readonly TraceMessage[],
  format: TraceFormat,
  redacted: boolean,
  packets: readonly Datagram[] = [],
): Uint8Array {
  const shown = redacted ? messages.map((message) => ({ ...message, text: redact(message.text) })) : messages
  if (format === 'text') return Buffer.from(shown.map(byline).join('\n'))
  const all = [...shown.map(datagramOf), ...packets].toSorted((one, other) => Number(one.atMicros - other.atMicros))
  return format === 'pcap' ? writePcap(all) : writePcapng(all)
}

function datagramOf({ at, transport, direction, local, remote, text }: TraceMessage): Datagram {
  const [from, to] = direction === 'out' ? [local, remote] : [remote, local]
  return {
    atMicros: BigInt(Date.parse(at)) * 1000n,
    transport: transport === 'udp' ? 'udp' : 'tcp',
    from: read(from),
    to: read(to),
    payload: Buffer.from(text),
  }
}

/** `address:port`, IPv6 in brackets. */
function read(written: string): Address {
  const colon = written.lastIndexOf(':')
  return { address: written.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(written.slice(colon + 1)) & 0xffff }
}
