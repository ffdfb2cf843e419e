import type { CallingAccount } from './accounts.ts'

/**
 * Whether calls of that account may only be encrypted ones. NOTE: there is no SRTP (RFC 3711, 4568) yet: such a call is
 * refused, as sound in clear is what the account was set up against.
 */
export function demandsSrtp(through: CallingAccount | undefined): boolean {
  return through?.settings.srtp === 'mandatory'
}

export const noSrtp =
  'The account allows encrypted calls only (SRTP mandatory), which this version cannot make: set SRTP to off to call in clear'
