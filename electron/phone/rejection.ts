import { PhoneError } from './phone-error.ts'

const reasons: Readonly<Record<number, string>> = {
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  488: 'Not Acceptable Here',
  600: 'Busy Everywhere',
  603: 'Decline',
}

/** How the user refuses a ringing call. Throws PhoneError `invalid-params` for a `code` that refuses nothing. */
export function rejectionOf(code: number): { readonly status: number; readonly reason: string } {
  if (!Number.isInteger(code) || code < 400 || code > 699) {
    throw new PhoneError('invalid-params', 'code must be a SIP status from 400 to 699', { field: 'code' })
  }
  return { status: code, reason: reasons[code] ?? 'Rejected' }
}
