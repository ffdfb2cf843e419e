import type { Exchange } from './exchanges.ts'

/** One line of an offer beside the line of the answer that answers it. */
export interface SdpRow {
  readonly offer?: string
  readonly answer?: string
  readonly relation: 'agreed' | 'differs' | 'one-side' | 'not-taken'
  /** `sdp.NAME` of the texts says why; absent for what says itself. */
  readonly note?: SdpNote
}

type SdpNote = 'connection' | 'media' | 'refused' | 'rtpmap' | 'notTaken' | 'fmtp' | 'ptime' | 'direction'

export const sdpNoteSections: Readonly<Record<SdpNote, string>> = {
  connection: 'RFC 8866 §5.7',
  media: 'RFC 3264 §6.1',
  refused: 'RFC 3264 §6',
  rtpmap: 'RFC 3264 §6.1',
  notTaken: 'RFC 3264 §6.1',
  fmtp: 'RFC 8866 §6.15',
  ptime: 'RFC 8866 §6.4',
  direction: 'RFC 3264 §6.1',
}

/** The lines of both in the order of the offer; what only the answer has comes last. */
export function compareSdp({ offer, answer }: Exchange): SdpRow[] {
  const left = keyed(offer.step.read.body)
  const right = keyed(answer?.step.read.body ?? '')
  const rows = [...left].map(([key, line]) => row(key, line, right.get(key), answer !== undefined))
  const rest = [...right].filter(([key]) => !left.has(key))
  return [...rows, ...rest.map(([key, line]) => row(key, undefined, line, true))]
}

const directions = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive'])
const mostLines = 400

/** Each line under what it says: the section it stands in, its letter, name of its attribute, its format. */
function keyed(body: string): Map<string, string> {
  const lines = new Map<string, string>()
  let section = 0
  for (const line of body.split(/\r?\n|\r/).slice(0, mostLines)) {
    if (line === '') continue
    if (line.startsWith('m=')) section += 1
    const attribute = /^a=([^:\s]+)(?::(\d{1,3})(?=\s))?/.exec(line)
    const name = attribute === null ? line.slice(0, 1) : directions.has(attribute[1] ?? '') ? 'direction' : attribute[1]
    const key = `${section} ${attribute === null ? '' : 'a '}${name} ${attribute?.[2] ?? ''}`
    for (let copy = 0; ; copy++) {
      if (lines.has(`${key}${copy}`)) continue
      lines.set(`${key}${copy}`, line)
      break
    }
  }
  return lines
}

function row(key: string, offer: string | undefined, answer: string | undefined, answered: boolean): SdpRow {
  const what = noteFor(key, offer, answer)
  const lines = { ...(offer !== undefined && { offer }), ...(answer !== undefined && { answer }) }
  const note = what === undefined || !answered ? {} : { note: what }
  if (offer === undefined || answer === undefined)
    return { ...lines, relation: what === 'notTaken' && answered ? 'not-taken' : 'one-side', ...note }
  if (what === 'refused') return { ...lines, relation: 'not-taken', ...note }
  const agreed = what === 'connection' || what === 'media' || offer.toLowerCase() === answer.toLowerCase()
  const own = /^\d+ [osv] /.test(key)
  return { ...lines, relation: own ? 'one-side' : agreed ? 'agreed' : 'differs', ...note }
}

function noteFor(key: string, offer: string | undefined, answer: string | undefined): SdpNote | undefined {
  const both = offer !== undefined && answer !== undefined
  if (/ c /.test(key)) return 'connection'
  if (/ m /.test(key))
    return /^m=\S+ 0 /.test(answer ?? '') && !/^m=\S+ 0 /.test(offer ?? '') ? 'refused' : both ? 'media' : undefined
  if (/ a rtpmap /.test(key)) return both ? 'rtpmap' : offer === undefined ? undefined : 'notTaken'
  if (/ a fmtp /.test(key)) return both && offer !== answer ? 'fmtp' : undefined
  if (/ a ptime /.test(key)) return both ? undefined : 'ptime'
  return / a direction /.test(key) && !both ? 'direction' : undefined
}
