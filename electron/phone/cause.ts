import type { FinalResponse } from './ports.ts'
import type { Cause } from './shapes.ts'

const byStatus: Readonly<Record<number, Cause>> = {
  401: 'unauthorized',
  403: 'unauthorized',
  404: 'not-found',
  406: 'not-acceptable',
  407: 'unauthorized',
  408: 'no-answer',
  410: 'not-found',
  415: 'not-acceptable',
  416: 'not-acceptable',
  420: 'not-acceptable',
  421: 'not-acceptable',
  422: 'not-acceptable',
  480: 'unavailable',
  484: 'not-found',
  485: 'not-found',
  486: 'busy',
  487: 'cancelled',
  488: 'not-acceptable',
  600: 'busy',
  603: 'declined',
  604: 'not-found',
  606: 'not-acceptable',
  607: 'declined',
}

/**
 * What a final answer to our INVITE means (RFC 3261 21). `ringing`: a provisional answer had come before, so that a
 * 408 or our own time limit means that somebody was there but nobody picked up.
 */
export function causeOf(response: FinalResponse, ringing: boolean): Cause {
  if (response.source === 'unreachable') return ringing ? 'network-lost' : 'unreachable'
  if (response.source === 'timeout') return ringing ? 'no-answer' : 'timeout'
  return byStatus[response.status] ?? 'unavailable'
}

/** RFC 3326 2: the call was taken by another phone of the same user (`SIP;cause=200`). */
export function answeredElsewhere(reasonHeader: string | undefined): boolean {
  return (reasonHeader ?? '').split(',').some((reason) => {
    const [protocol = '', ...parameters] = reason.split(';').map((part) => part.trim().toLowerCase())
    return protocol === 'sip' && parameters.some((parameter) => parameter.replaceAll(' ', '') === 'cause=200')
  })
}
