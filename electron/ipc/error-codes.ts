/** `error.data.code`: stable, for programs. `error.message` is for people. */
export const errorCodes = [
  'invalid-params',
  'not-found',
  'bad-state',
  'rejected',
  'timeout',
  'unreachable',
  'port-in-use',
  'no-audio-device',
  'certificate-untrusted',
  'secret-unavailable',
  'data-folder-locked',
  'too-long',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface ErrorData {
  readonly code: ErrorCode
  /** Of `invalid-params`: the parameter, or the path of the setting. */
  readonly field?: string
  /** Of `rejected`: what the peer answered. */
  readonly sipCode?: number
  readonly reason?: string
  /** Of a message that was not delivered: as which it is kept. */
  readonly messageId?: number
}
