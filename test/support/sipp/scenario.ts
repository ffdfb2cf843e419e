/** Scenarios of sipp written step by step, where a file of XML would say the same headers twenty times. */

interface Part {
  /** Attributes of the step: `optional="true"`, `lost="50"`, `next="1"` ... */
  readonly with?: string
  /** Header lines. */
  readonly lines?: readonly string[]
  /** `[branch-4]`: that of four steps before, which a CANCEL shares (RFC 3261 9.1). */
  readonly branch?: string
  /** The name of the session of its SDP; without one there is no body. */
  readonly sdp?: string
}

const text = (lines: readonly string[], sdp: string | undefined) => {
  const body = [
    'v=0',
    'o=sipp 1 1 IN IP4 [local_ip]',
    `s=${sdp}`,
    'c=IN IP4 [local_ip]',
    't=0 0',
    'm=audio 8000 RTP/AVP 0',
  ]
  const typed = sdp === undefined ? [] : ['Content-Type: application/sdp']
  return `<![CDATA[\n${[...lines, ...typed, 'Content-Length: [len]', '', ...(sdp === undefined ? [] : body), ''].join('\n')}\n]]>`
}

const via = (branch = '[branch]') => `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`
const contact = 'Contact: <sip:sipp@[local_ip]:[local_port]>'
const us = '"sipp" <sip:sipp@[local_ip]:[local_port]>;tag=[pid]C[call_number]'
const them = '<sip:phone@[remote_ip]:[remote_port]>'

/** A request of the caller's. `cseq` counts by hand: ACK and CANCEL have that of their INVITE. */
export function request(method: string, cseq: number, part: Part = {}): string {
  const first = method === 'CANCEL' || (method === 'INVITE' && cseq === 1)
  const lines = [
    `${method} ${first ? 'sip:phone@[remote_ip]:[remote_port]' : '[next_url]'} SIP/2.0`,
    via(part.branch),
    ...(first ? [] : ['[routes]']),
    `From: ${us}`,
    `To: ${them}${first ? '' : '[peer_tag_param]'}`,
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    contact,
    'Max-Forwards: 70',
    ...(part.lines ?? []),
  ]
  const again = method === 'ACK' ? '' : ' retrans="500"'
  return `<send${again} ${part.with ?? ''}>${text(lines, part.sdp)}</send>`
}

/** A response to the last request that came. `tagged`: the request had our tag already. */
export function response(status: number, part: Part = {}, tagged = false): string {
  const lines = [
    `SIP/2.0 ${status} Sipp`,
    '[last_Via:]',
    '[last_Record-Route:]',
    '[last_From:]',
    `[last_To:]${tagged ? '' : ';tag=[pid]U[call_number]'}`,
    '[last_Call-ID:]',
    '[last_CSeq:]',
    contact,
    ...(part.lines ?? []),
  ]
  return `<send ${part.with ?? ''}>${text(lines, part.sdp)}</send>`
}

/** Takes a request that `answersLate` is to answer when others have come in between. */
export function hearsFirst(method: string): string {
  const keep = (header: string, place: number) =>
    `<ereg regexp=".*" search_in="hdr" header="${header}:" assign_to="${place}"/>`
  return `<recv request="${method}"><action>${keep('Via', 1)}${keep('CSeq', 2)}</action></recv>`
}

/** The caller's answer to what `hearsFirst` took. */
export function answersLate(status: number): string {
  const kept = ['Via:[$1]', `From: ${them}[peer_tag_param]`, `To: ${us}`, 'Call-ID: [call_id]', 'CSeq:[$2]']
  return `<send>${text([`SIP/2.0 ${status} Late`, ...kept], undefined)}</send>`
}

/** The callee's 200 to the INVITE that `hearsFirst` took, when its CANCEL has come in between. */
export function acceptsLate(sdp: string): string {
  const kept = ['Via:[$1]', '[last_From:]', '[last_To:];tag=[pid]U[call_number]', '[last_Call-ID:]', 'CSeq:[$2]']
  return `<send retrans="500">${text(['SIP/2.0 200 Late', ...kept, contact], sdp)}</send>`
}

export const hears = (method: string, attributes = ''): string => `<recv request="${method}" ${attributes}/>`
export const gets = (status: number, attributes = ''): string => `<recv response="${status}" ${attributes}/>`
export const pause = (ms: number): string => `<pause milliseconds="${ms}"/>`

export function scenario(name: string, steps: readonly string[]): `<?xml${string}` {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${name}">\n${steps.join('\n')}\n</scenario>\n`
}
