import { formatAttributes, type Format } from './format.ts'
import type { Attribute, Connection, Direction, MediaSection } from './sdp.ts'

interface AudioSection {
  readonly port: number
  readonly protocol: string
  readonly formats: readonly Format[]
  readonly direction: Direction
  readonly ptimeMs?: number
  readonly connection?: Connection
  /** Stand between the formats' attributes and ptime. */
  readonly attributes?: readonly Attribute[]
}

/** An audio section as we describe it. */
export function audioSection(audio: AudioSection): MediaSection {
  const { port, protocol, formats, direction, ptimeMs, connection, attributes = [] } = audio
  return {
    kind: 'audio',
    port,
    protocol,
    formats: formats.map(({ payloadType }) => String(payloadType)),
    ...(connection && { connection }),
    lines: [],
    attributes: [
      ...formatAttributes(formats),
      ...attributes,
      ...(ptimeMs === undefined ? [] : [{ name: 'ptime', value: String(ptimeMs) }]),
      { name: direction },
    ],
  }
}

/** The answer to a section that is not wanted: same kind, protocol and formats, port 0, nothing else (RFC 3264 6). */
export function rejectedSection({ kind, protocol, formats }: MediaSection): MediaSection {
  // RFC 8866 5.14 wants at least one format, even of a peer that left them out.
  return { kind, port: 0, protocol, formats: formats.length > 0 ? formats : ['0'], lines: [], attributes: [] }
}

/** RFC 3264 6: off, by whichever side. */
export function isRejected(section: MediaSection): boolean {
  return section.port === 0
}
