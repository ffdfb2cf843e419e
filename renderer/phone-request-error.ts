import type { ErrorCode, Failure } from '../electron/ipc/contract.ts'

/** A request that the phone refused or could not do, or that never reached it (`unreachable` without a SIP code). */
export class PhoneRequestError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly sipCode: number | undefined
  /** Of a message that was not delivered: as which the phone keeps it. */
  readonly messageId: number | undefined

  constructor(code: ErrorCode, message: string, data: { field?: string; sipCode?: number; messageId?: number } = {}) {
    super(message)
    this.name = 'PhoneRequestError'
    this.code = code
    this.field = data.field
    this.sipCode = data.sipCode
    this.messageId = data.messageId
  }

  static of({ message, data }: Failure): PhoneRequestError {
    return new PhoneRequestError(data.code, message, data)
  }
}
