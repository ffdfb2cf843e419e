import { parseConnection } from './connection.ts'
import type { Attribute, Connection, Direction, MediaSection, SessionDescription } from './sdp.ts'

/** What the attributes of a section mean. A malformed one reads as if it were not there. */
interface HasAttributes {
  readonly attributes: readonly Attribute[]
}

/** The value of the first such attribute, '' for a bare flag, undefined if there is none. Case matters (RFC 8866 6). */
export function attribute({ attributes }: HasAttributes, name: string): string | undefined {
  const found = attributes.find((candidate) => candidate.name === name)
  return found && (found.value ?? '')
}

export function attributeValues({ attributes }: HasAttributes, name: string): string[] {
  return attributes.filter((candidate) => candidate.name === name).map(({ value }) => value ?? '')
}

const directions: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] satisfies Direction[]

/** From the describing side's view; the session's stands in for a section without one (RFC 8866 6.7). */
export function directionOf(session: SessionDescription, section: MediaSection): Direction {
  return ownDirection(section) ?? ownDirection(session) ?? 'sendrecv'
}

/** Where the section is received; undefined if neither it nor the session says so. */
export function connectionOf(session: SessionDescription, section: MediaSection): Connection | undefined {
  return section.connection ?? session.connection
}

/** Milliseconds of audio a packet should have (RFC 8866 6.4). */
export function ptimeOf(section: HasAttributes): number | undefined {
  return milliseconds(attribute(section, 'ptime'))
}

/** Milliseconds of audio a packet may have at most (RFC 8866 6.5). */
export function maxptimeOf(section: HasAttributes): number | undefined {
  return milliseconds(attribute(section, 'maxptime'))
}

/** RFC 3605: where RTCP goes if not to the next port. */
export function rtcpOf(
  section: HasAttributes,
): { readonly port: number; readonly connection?: Connection } | undefined {
  const match = /^([0-9]{1,5})(?:[ \t]+([^ \t].*))?$/.exec(attribute(section, 'rtcp') ?? '')
  const port = Number(match?.[1])
  if (!match || port === 0 || port > 65_535) return undefined
  const connection = parseConnection(match[2] ?? '')
  return connection ? { port, connection } : { port }
}

function ownDirection(section: HasAttributes): Direction | undefined {
  return section.attributes.find(({ name }) => directions.includes(name))?.name as Direction | undefined
}

function milliseconds(value: string | undefined): number | undefined {
  const number = Number(/^[ \t]*([0-9]{1,5}(?:\.[0-9]{1,5})?)[ \t]*$/.exec(value ?? '')?.[1])
  return number > 0 ? number : undefined
}
