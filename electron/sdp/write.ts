import { formatConnection } from './connection.ts'
import type { Attribute, Line, MediaSection, SessionDescription } from './sdp.ts'

/** The text of a session description, lines in the order of RFC 8866 5 and ended by CRLF. */
export function writeSdp(session: SessionDescription): string {
  const { origin, name, connection, lines, attributes, media } = session
  const { username, sessionId, sessionVersion } = origin
  const timed = lines.some(({ type }) => type === 't') ? lines : [...lines, { type: 't', value: '0 0' }]
  return [
    'v=0',
    `o=${username} ${sessionId} ${sessionVersion} ${formatConnection(origin.connection)}`,
    `s=${name === '' ? '-' : name}`,
    ...only(timed, 'iuep'),
    ...(connection ? [`c=${formatConnection(connection)}`] : []),
    ...only(timed, 'b'),
    ...only(timed, 'trz'),
    ...only(timed, 'k'),
    ...attributes.map(attributeLine),
    ...media.flatMap(mediaLines),
  ]
    .map((line) => `${line.replace(/[\r\n]+/g, ' ')}\r\n`) // no value can smuggle in a line of its own
    .join('')
}

function mediaLines({
  kind,
  port,
  portCount,
  protocol,
  formats,
  connection,
  lines,
  attributes,
}: MediaSection): string[] {
  const ports = portCount === undefined ? `${port}` : `${port}/${portCount}`
  return [
    `m=${[kind, ports, protocol, ...formats].join(' ')}`,
    ...only(lines, 'i'),
    ...(connection ? [`c=${formatConnection(connection)}`] : []),
    ...only(lines, 'b'),
    ...only(lines, 'k'),
    ...attributes.map(attributeLine),
  ]
}

function only(lines: readonly Line[], types: string): string[] {
  return lines.filter(({ type }) => types.includes(type)).map(({ type, value }) => `${type}=${value}`)
}

function attributeLine({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`
}
