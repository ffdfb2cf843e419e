import type { Response } from 'drachtio-srf'
import type { FinalResponse } from '../phone/ports.ts'
import { generatedMark } from '../sip/index.ts'

/** A final response in the phone's words. */
export function finalOf(response: Response): FinalResponse {
  const { status, reason } = response
  if (response.get(generatedMark) === undefined) return { status, reason, source: 'peer' }
  // The engine answers 408 (or, after a CANCEL, 487) where nobody did in time, 503 where the transport failed.
  return { status, reason, source: status === 503 ? 'unreachable' : 'timeout' }
}

/** The request never left, or nobody can tell any more what became of it. */
export function unreachable(reason: string): FinalResponse {
  return { status: 503, reason, source: 'unreachable' }
}

/** A text for what drachtio-srf gives its callbacks: an Error or a string. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
