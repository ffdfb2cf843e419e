import { PhoneRequestError } from '../phone-request-error.ts'
import { type ProblemWhat, usePhone } from './phone.ts'

/** Shows what went wrong; a lost connection has a line of its own already. */
export function report(what: ProblemWhat, error: unknown): void {
  if (!(error instanceof PhoneRequestError)) throw error
  if (error.code === 'unreachable' && usePhone.getState().connection !== 'open') return
  // The call ended while we asked: its summary says how.
  if (error.code === 'not-found' && what !== 'log') return
  usePhone.setState({ problem: { what, code: error.code, sipCode: error.sipCode } })
}
