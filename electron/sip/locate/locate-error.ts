type LocateErrorCode =
  | 'bad-uri'
  | 'unsupported-transport'
  /** The DNS knows no such name. */
  | 'not-found'
  /** The name exists, but has no address of the wanted kind. */
  | 'no-address'
  | 'timeout'
  /** The DNS could not be asked. */
  | 'failed'

export class LocateError extends Error {
  readonly code: LocateErrorCode
  constructor(code: LocateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LocateError'
    this.code = code
  }

  /** What a resolver threw, in the words of this room. */
  static of(error: unknown, host: string): LocateError {
    if (error instanceof LocateError) return error
    const code = (error as NodeJS.ErrnoException | null)?.code
    if (code === 'ENOTFOUND') return new LocateError('not-found', `no such host: ${host}`, { cause: error })
    if (code === 'ENODATA') return new LocateError('no-address', `${host} has no address`, { cause: error })
    return new LocateError('failed', `the name ${host} could not be resolved`, { cause: error })
  }
}
