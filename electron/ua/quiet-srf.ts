import { createRequire } from 'node:module'
import Srf from 'drachtio-srf'

interface Debug {
  enable(namespaces: string): void
}

/**
 * An Srf that neither talks nor hangs up. Its debug output is whole frames, with whatever secrets the messages carry:
 * it stays off whatever the environment variable DEBUG says (and DEBUG keeps working for everybody else). And where no
 * handler answers a request it would close the control link under all calls.
 */
export function createQuietSrf(): Srf {
  const require = createRequire(import.meta.url)
  // The very instance that drachtio-srf loaded, wherever the package manager put it.
  const debug = createRequire(require.resolve('drachtio-srf'))('debug') as Debug
  const wanted = process.env['DEBUG'] ?? ''
  if (!wanted.includes('-drachtio:*')) debug.enable([wanted, '-drachtio:*'].filter(Boolean).join(','))
  const srf = new Srf()
  srf.app.endSession = () => {}
  return srf
}
