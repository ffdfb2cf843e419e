import type { ErrorCode, Failure } from '../electron/ipc/contract.ts'

/** A request that the phone refused or could not do, or that never reached it (`unreachable` without a SIP code). */
export class PhoneRequestError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly sipCode: number | undefined

  constructor(code: ErrorCode, message: string, data: { field?: string; sipCode?: number } = {}) {
    super(message)
    this.name = 'PhoneRequestError'
    this.code = code
    this.field = data.field
    this.sipCode = data.sipCode
  }

  static of({ message, data }: Failure): PhoneRequestError {
    return new PhoneRequestError(data.code, message, data)
  }
}
