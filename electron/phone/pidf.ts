import { child, childrenOf, escapeXml, parseXml, type XmlElement } from './xml.ts'

/** Presence documents (PIDF, RFC 3863) with activities (RPID, RFC 4480). Pure; never throws. */

export const pidfType = 'application/pidf+xml'

/** What somebody is doing, as far as we tell it apart. */
export type PresenceStatus = 'online' | 'away' | 'busy' | 'dnd' | 'offline'

interface Presence {
  readonly status: PresenceStatus
  /** In the person's own words, one line. */
  readonly note?: string
}

/** Activities (RFC 4480 3.2) that mean that the person is there, but not for us. */
const busy: ReadonlySet<string> = new Set([
  'busy',
  'on-the-phone',
  'appointment',
  'meeting',
  'presentation',
  'in-transit',
  'steering',
  'performance',
  'worship',
])
const away: ReadonlySet<string> = new Set([
  'away',
  'be-right-back',
  'breakfast',
  'dinner',
  'lunch',
  'meal',
  'holiday',
  'permanent-absence',
  'shopping',
  'sleeping',
  'travel',
  'tv',
  'vacation',
])

const longestNote = 256
const notToBeDisturbed = 'Do not disturb'

/** Undefined where it cannot be read: what was known before stays. */
export function parsePidf(body: string): Presence | undefined {
  const root = parseXml(body)
  if (root?.name !== 'presence') return undefined
  const tuples = childrenOf(root, 'tuple')
  const people = childrenOf(root, 'person')
  const note = noteOf([...people, root, ...tuples])
  const status = statusOf(root, tuples, people, note)
  if (status === undefined) return undefined
  return note === undefined ? { status } : { status, note }
}

function statusOf(
  root: XmlElement,
  tuples: readonly XmlElement[],
  people: readonly XmlElement[],
  note: string | undefined,
): PresenceStatus | undefined {
  const basics = tuples.map((tuple) => child(child(tuple, 'status'), 'basic')?.text.toLowerCase())
  // RFC 3863 4.1.4: somebody is reached if any of the ways is open. Without any there is nothing known: not there.
  // NOTE: baresip writes "?" before it knows itself.
  if (!basics.includes('open')) return basics.includes('?') ? undefined : 'offline'
  // RFC 4480 puts activities beside a person; older phones put them into the tuple or its status.
  const holders = [...people, ...tuples, ...tuples.flatMap((tuple) => childrenOf(tuple, 'status')), root]
  const activities = holders
    .flatMap((holder) => childrenOf(holder, 'activities'))
    .flatMap(({ children }) => children.map(({ name }) => name))
  if (note !== undefined && /^\s*(?:do not disturb|dnd)\b/i.test(note)) return 'dnd'
  if (activities.some((activity) => busy.has(activity))) return 'busy'
  if (activities.some((activity) => away.has(activity))) return 'away'
  return 'online'
}

function noteOf(holders: readonly XmlElement[]): string | undefined {
  const note = holders.map((holder) => child(holder, 'note')?.text ?? '').find((text) => text !== '')
  return note
    ?.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .slice(0, longestNote)
    .toWellFormed()
}

/** The document that says so of `entity`, a SIP URI. */
export function writePidf(entity: string, status: PresenceStatus): string {
  const activity = status === 'away' ? '<rpid:away/>' : status === 'busy' || status === 'dnd' ? '<rpid:busy/>' : ''
  const note = status === 'dnd' ? `<dm:note>${notToBeDisturbed}</dm:note>` : ''
  // RFC 4480 5: the person comes after the tuples. NOTE: a note beside it for those who know no data model.
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"',
    ` xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="${escapeXml(entity)}">`,
    `<tuple id="phone"><status><basic>${status === 'offline' ? 'closed' : 'open'}</basic></status></tuple>`,
    `<dm:person id="user">${activity === '' ? '' : `<rpid:activities>${activity}</rpid:activities>`}${note}</dm:person>`,
    '</presence>',
  ].join('\r\n')
}
