type EngineErrorCode =
  /** No SIP URI, or one that nothing can be sent to. */
  | 'bad-uri'
  /** The name leads nowhere. */
  | 'unresolvable'
  /** No transport of ours leads there. */
  | 'no-transport'
  | 'closed'

export class EngineError extends Error {
  readonly code: EngineErrorCode
  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EngineError'
    this.code = code
  }
}
