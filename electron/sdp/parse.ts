import { parseConnection } from './connection.ts'
import {
  maxFormats,
  maxMediaSections,
  maxSdpLength,
  maxSdpLines,
  type Attribute,
  type Connection,
  type Line,
  type MediaSection,
  type Origin,
  type SessionDescription,
} from './sdp.ts'

type SdpResult =
  /** `notes`: what was passed over or filled in, for the trace. */
  | { readonly ok: true; readonly session: SessionDescription; readonly notes: readonly string[] }
  | { readonly ok: false; readonly code: SdpFaultCode; readonly detail: string }

type SdpFaultCode =
  | 'empty'
  | 'too-large'
  | 'too-many-media'
  | 'not-sdp'
  | 'bad-version'
  | 'bad-connection'
  | 'bad-media'

interface Draft {
  connection: Connection | undefined
  readonly lines: Line[]
  readonly attributes: Attribute[]
}

interface MediaDraft extends Draft {
  readonly start: Pick<MediaSection, 'kind' | 'port' | 'portCount' | 'protocol' | 'formats'>
}

const nobody: Origin = {
  username: '-',
  sessionId: '0',
  sessionVersion: '0',
  connection: { family: 4, address: '0.0.0.0' },
}

const maxNotes = 16

/**
 * A session description out of a body's text. Never throws and takes linear time. NOTE: beyond RFC 8866, lines may end
 * in LF or CR alone, come in any order, and o=, s= and t= may be missing: peers do all of that, and nothing depends on it.
 */
export function parseSdp(text: string): SdpResult {
  if (text.length > maxSdpLength) return fault('too-large', `${text.length} characters`)
  // Empty lines are passed over, though not for ever
  const split = text.split(/\r\n|\n|\r/, 2 * maxSdpLines + 1)
  if (split.length > 2 * maxSdpLines) return fault('too-large', `more than ${2 * maxSdpLines} lines`)
  const lines = split.filter((line) => line !== '')
  if (lines.length === 0) return fault('empty', 'no line')
  if (lines.length > maxSdpLines) return fault('too-large', `${lines.length} lines`)

  const notes: string[] = []
  const note = (what: string) => void (notes.length < maxNotes && notes.push(what))
  const session: Draft = { connection: undefined, lines: [], attributes: [] }
  const media: MediaDraft[] = []
  let version: string | undefined
  let origin: Origin | undefined
  let name: string | undefined

  for (const line of lines) {
    const type = line[0] ?? ''
    const value = line.slice(2).trimEnd()
    const section = media.at(-1) ?? session
    if (line[1] !== '=' || !/[a-z]/.test(type)) {
      note(`line ignored: ${JSON.stringify(line.slice(0, 40))}`)
    } else if (type === 'm') {
      const start = parseMediaLine(value)
      if (!start) return fault('bad-media', `malformed media line: ${JSON.stringify(line.slice(0, 80))}`)
      if (media.length === maxMediaSections) return fault('too-many-media', `more than ${maxMediaSections}`)
      if (start.formats.length > maxFormats) note(`only the first ${maxFormats} formats count`)
      media.push({
        start: { ...start, formats: start.formats.slice(0, maxFormats) },
        connection: undefined,
        lines: [],
        attributes: [],
      })
    } else if (type === 'c') {
      const connection = parseConnection(value)
      if (!connection) return fault('bad-connection', `malformed connection line: ${JSON.stringify(line.slice(0, 80))}`)
      // RFC 8866 5.7: several are for layered multicast; a phone sends to the first.
      if (section.connection) note('further c= line ignored')
      else section.connection = connection
    } else if (type === 'a') {
      const attribute = parseAttribute(value)
      if (attribute) section.attributes.push(attribute)
      else note('attribute without a name ignored')
    } else if (type === 'v' && section === session) version ??= value
    else if (type === 'o' && section === session) origin ??= parseOrigin(value) ?? undefined
    else if (type === 's' && section === session) name ??= value
    else if (isOther(type, section === session)) section.lines.push({ type, value })
    else note(`line ignored: ${JSON.stringify(line.slice(0, 40))}`)
  }

  if (version === undefined) return fault('not-sdp', 'no v= line')
  if (version !== '0') return fault('bad-version', `v=${version.slice(0, 40)}`)
  if (!origin) note('o= is missing or malformed')
  if (name === undefined) note('s= is missing')
  return {
    ok: true,
    session: { origin: origin ?? nobody, name: name || '-', ...settle(session), media: media.map(toSection) },
    notes,
  }
}

/** `audio 8000/2 RTP/AVP 0 8 101`. A rejected one may lack its formats. */
function parseMediaLine(value: string): MediaDraft['start'] | null {
  // One more than count, so that somebody notices
  const [kind, ports, protocol, ...formats] = value.split(/[ \t]+/, 3 + maxFormats + 1)
  const match = /^([0-9]{1,5})(?:\/([0-9]{1,5}))?$/.exec(ports ?? '')
  const port = Number(match?.[1])
  if (!kind || !protocol || !match || port > 65_535 || (formats.length === 0 && port !== 0)) return null
  return match[2] === undefined
    ? { kind, port, protocol, formats }
    : { kind, port, portCount: Number(match[2]), protocol, formats }
}

function parseOrigin(value: string): Origin | null {
  const match = /^([^ \t]+)[ \t]+([0-9]+)[ \t]+([0-9]+)[ \t]+([^ \t].*)$/.exec(value)
  const connection = parseConnection(match?.[4] ?? '')
  if (!match?.[1] || !match[2] || !match[3] || !connection) return null
  return { username: match[1], sessionId: match[2], sessionVersion: match[3], connection }
}

function parseAttribute(value: string): Attribute | null {
  const colon = value.indexOf(':')
  const name = colon < 0 ? value : value.slice(0, colon)
  if (name === '') return null
  return colon < 0 ? { name } : { name, value: value.slice(colon + 1) }
}

function isOther(type: string, inSession: boolean): boolean {
  return (inSession ? 'iuepbtrzk' : 'ibk').includes(type)
}

function settle({ connection, lines, attributes }: Draft) {
  return { ...(connection && { connection }), lines, attributes }
}

function toSection(draft: MediaDraft): MediaSection {
  return { ...draft.start, ...settle(draft) }
}

function fault(code: SdpFaultCode, detail: string): SdpResult {
  return { ok: false, code, detail }
}
