import { parseCSeq } from '../sip/message/cseq.ts'
import { header } from '../sip/message/headers.ts'
import { readHeaders } from '../sip/message/parse-headers.ts'
import { parseStartLine } from '../sip/message/start-line.ts'
import { branchOf, parseVia } from '../sip/message/via.ts'

/** What a list of messages shows of one. Fields that cannot be read are empty or 0. */
export interface MessageSummary {
  readonly method: string
  readonly code?: number
  readonly sipCallId: string
  readonly cseq: number
  readonly branch: string
}

const mostLines = 300

/** Reads as much as there is: broken messages are the ones that a trace is needed for. Never throws. */
export function summarise(text: string): MessageSummary {
  const head = text.trimStart().split(/\r?\n\r?\n/, 1)[0] ?? ''
  const lines = head.split(/\r?\n/, mostLines)
  const message = { headers: readHeaders(lines.slice(1)).list }
  const start = parseStartLine(lines[0] ?? '')
  const cseq = parseCSeq(header(message, 'CSeq') ?? '')
  const via = parseVia(header(message, 'Via') ?? '')
  const status = start.ok && 'status' in start.build ? start.build.status : undefined
  return {
    method: start.request?.method ?? cseq?.method ?? '',
    ...(status !== undefined && { code: status }),
    sipCallId: header(message, 'Call-ID') ?? '',
    cseq: cseq?.number ?? 0,
    branch: (via && branchOf(via)) ?? '',
  }
}
