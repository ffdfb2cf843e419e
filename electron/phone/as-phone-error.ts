import { PhoneError, type PhoneErrorCode } from './phone-error.ts'
import { MediaError, StoreError, UserAgentError } from './ports.ts'

const codes: Readonly<Record<string, PhoneErrorCode>> = {
  unreachable: 'unreachable',
  unresolvable: 'unreachable',
  'tls-failed': 'unreachable',
  'certificate-untrusted': 'certificate-untrusted',
  'bad-target': 'invalid-params',
  gone: 'bad-state',
  'not-now': 'bad-state',
  'port-in-use': 'port-in-use',
  'too-long': 'too-long',
  'no-audio-device': 'no-audio-device',
  'bad-file': 'invalid-params',
  'data-folder-locked': 'data-folder-locked',
  'bad-profile': 'invalid-params',
  'secret-unavailable': 'secret-unavailable',
}

/** Any error in the phone's own words; what is not one of its ports' errors is a fault of ours: `internal`. */
export function asPhoneError(error: unknown): PhoneError {
  if (error instanceof PhoneError) return error
  if (error instanceof MediaError || error instanceof UserAgentError || error instanceof StoreError) {
    return new PhoneError(codes[error.code] ?? 'internal', error.message, {}, { cause: error })
  }
  const message = error instanceof Error ? error.message : String(error)
  return new PhoneError('internal', `Something went wrong in Dialtone: ${message}`, {}, { cause: error })
}

/** The same promise, which rejects with a PhoneError and nothing else. */
export async function ownErrors<T>(work: Promise<T> | (() => Promise<T>)): Promise<T> {
  try {
    return await (typeof work === 'function' ? work() : work)
  } catch (error) {
    throw asPhoneError(error)
  }
}
