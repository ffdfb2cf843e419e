import { asPhoneError } from '../phone/as-phone-error.ts'
import type { CallEnded, CallQuality, Cause } from '../phone/shapes.ts'
import { adviceOn, explain, remedyFor } from './explain.ts'

export type Quality = CallQuality['quality']

/** What a command expects of the audio of a call. */
interface Expected {
  /** A file or the like was to be sent. */
  readonly sent: boolean
  /** What is heard was to be recorded. */
  readonly received: boolean
}

/** How a call went: what `--json` prints. */
export interface Outcome {
  readonly target: string
  readonly answered: boolean
  /** The SIP status of a call that went well; of one that failed the word that stderr begins with. */
  readonly code: number | string
  readonly reason: string
  readonly cause: Cause | null
  readonly sipCallId: string | null
  readonly durationMs: number
  readonly setupMs: { readonly ringing?: number; readonly answered?: number }
  readonly quality: Quality | null
  /** The final SIP status, 0 when there was none. */
  readonly sipCode: number
}

export interface Judged {
  readonly outcome: Outcome
  /** Of a failed call: the line on stderr, beginning with cause or error code. */
  readonly failure: string | undefined
}

/** `gaveUp`: the command itself ended the waiting, which is no answer rather than a cancelled call. */
export function judge(
  target: string,
  ended: CallEnded,
  setupMs: Outcome['setupMs'],
  expected: Expected,
  gaveUp = false,
): Judged {
  const answered = setupMs.answered !== undefined
  const cause = gaveUp && !answered && ended.cause === 'cancelled' ? 'no-answer' : ended.cause
  const failure = answered ? audioFailure(ended.quality, expected) : [cause, explain(cause, ended)]
  return {
    outcome: {
      target,
      answered,
      code: failure?.[0] ?? ended.code,
      reason: ended.reason,
      cause,
      sipCallId: ended.sipCallId,
      durationMs: ended.durationMs,
      setupMs,
      quality: ended.quality ?? null,
      sipCode: ended.code,
    },
    failure: failure?.join(' - '),
  }
}

function audioFailure(quality: Quality | undefined, expected: Expected): [code: string, message: string] | undefined {
  if (expected.received && (quality?.received.packets ?? 0) === 0)
    return [
      'network-lost',
      'the call was answered, but no audio arrived. A firewall may drop RTP: look at --rtp-ports.',
    ]
  if (expected.sent && (quality?.sent.packets ?? 0) === 0)
    return ['network-lost', 'the call was answered, but no audio was sent: the other side did not want any.']
  return undefined
}

/** Of a call that never came to be. */
export function failedBefore(target: string, error: unknown): Judged {
  const { code, message } = told(error)
  return {
    outcome: {
      target,
      answered: false,
      code,
      reason: message,
      cause: null,
      sipCallId: null,
      durationMs: 0,
      setupMs: {},
      quality: null,
      sipCode: 0,
    },
    failure: `${code} - ${message}`,
  }
}

/** Any error as code and sentence. */
export function told(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message, data } = asPhoneError(error)
  const advice = data.sipCode === undefined ? undefined : adviceOn(data.sipCode)
  if (advice) return { code, message: `${message} - ${advice.meaning}; ${advice.remedy}` }
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`
  const remedy = remedyFor(code)
  return { code, message: remedy === undefined ? sentence : `${sentence} ${remedy}` }
}
