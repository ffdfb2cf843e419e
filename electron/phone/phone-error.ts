/** The stable codes of CONTRACT's errors that the phone itself raises. */
export type PhoneErrorCode =
  | 'invalid-params'
  | 'not-found'
  | 'bad-state'
  | 'rejected'
  | 'timeout'
  | 'unreachable'
  | 'port-in-use'
  | 'no-audio-device'
  | 'certificate-untrusted'
  | 'secret-unavailable'
  | 'data-folder-locked'
  | 'too-long'
  | 'internal'

/** What goes along with the code: the field at fault, or what the peer said. */
interface PhoneErrorData {
  /** Of `invalid-params`: the parameter, a path such as `network.sipPort`. */
  readonly field?: string
  /** Of `rejected`: the peer's final answer. */
  readonly sipCode?: number
  readonly reason?: string
  /** Of a message that was not delivered: as which it is kept. */
  readonly messageId?: number
}

/** Every error that leaves the phone: `code` is for programs, `message` for people. */
export class PhoneError extends Error {
  readonly code: PhoneErrorCode
  readonly data: PhoneErrorData
  constructor(code: PhoneErrorCode, message: string, data: PhoneErrorData = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PhoneError'
    this.code = code
    this.data = data
  }
}
