import { attribute, attributeValues } from './attributes.ts'
import type { Attribute, MediaSection, SessionDescription } from './sdp.ts'

/** What a description says of ICE (RFC 8839 5). */

export interface Candidate {
  /** Those of one kind and one base have the same. */
  readonly foundation: string
  /** 1 is RTP, 2 RTCP. */
  readonly component: 1 | 2
  readonly priority: number
  readonly address: string
  readonly port: number
  readonly type: string
  /** Behind what can be seen from outside. */
  readonly base?: { readonly address: string; readonly port: number }
}

export interface IceDescription {
  readonly ufrag: string
  readonly pwd: string
  /** It only answers checks (RFC 8445 2.7). */
  readonly lite: boolean
  readonly candidates: readonly Candidate[]
}

/** RFC 8445 5.1.3 */
const MOST_CANDIDATES = 100

/** Undefined where ICE is not offered, or cannot be read. Of candidates those over UDP with an IP literal count. */
export function iceOf(session: SessionDescription, section: MediaSection): IceDescription | undefined {
  const said = (name: string) => attribute(section, name) ?? attribute(session, name)
  const [ufrag = '', pwd = ''] = [said('ice-ufrag'), said('ice-pwd')]
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag) || !/^[A-Za-z0-9+/]{22,256}$/.test(pwd)) return undefined
  const candidates = attributeValues(section, 'candidate').slice(0, MOST_CANDIDATES).flatMap(parseCandidate)
  return { ufrag, pwd, lite: attribute(session, 'ice-lite') !== undefined, candidates }
}

export function iceAttributes(
  { ufrag, pwd }: Pick<IceDescription, 'ufrag' | 'pwd'>,
  candidates: readonly Candidate[],
): Attribute[] {
  return [
    { name: 'ice-ufrag', value: ufrag },
    { name: 'ice-pwd', value: pwd },
    // RFC 8445 10: what of RFC 5245 is no longer, nobody is to do.
    { name: 'ice-options', value: 'ice2' },
    ...candidates.map((candidate) => ({ name: 'candidate', value: written(candidate) })),
  ]
}

function written({ foundation, component, priority, address, port, type, base }: Candidate): string {
  const related = base ? ` raddr ${base.address} rport ${base.port}` : ''
  return `${foundation} ${component} UDP ${priority} ${address} ${port} typ ${type}${related}`
}

function parseCandidate(value: string): Candidate[] {
  const match =
    /^([A-Za-z0-9+/]{1,32}) ([12]) udp ([0-9]{1,10}) ([0-9A-Fa-f:.]{2,45}) ([0-9]{1,5}) typ ([a-z]{1,10})(?: |$)/i.exec(
      value,
    )
  const [, foundation = '', component, priority, address = '', port, type = ''] = match ?? []
  const numbers = { component: component === '1' ? 1 : 2, priority: Number(priority), port: Number(port) } as const
  if (!match || numbers.port === 0 || numbers.port > 65_535 || numbers.priority > 0x7fff_ffff) return []
  return [{ foundation, address, type: type.toLowerCase(), ...numbers }]
}
