import type { Call, CallEnded, NewLogEntry } from './shapes.ts'

/** What the call log keeps of a call that has ended. */
export function logEntryOf(call: Call, ended: CallEnded): NewLogEntry {
  const answered = call.answeredAt !== undefined
  const { code, reason, cause, durationMs, quality, sipCallId } = ended
  return {
    at: call.startedAt,
    direction: call.direction,
    remote: call.remote,
    ...(call.accountId !== undefined && { accountId: call.accountId }),
    answered,
    // What the user refused or another phone of the user took was not missed (RFC 3326 2).
    missed: call.direction === 'incoming' && !answered && cause !== 'declined' && cause !== 'answered-elsewhere',
    code,
    reason,
    cause,
    durationMs,
    ...(quality && { quality }),
    sipCallId,
  }
}
