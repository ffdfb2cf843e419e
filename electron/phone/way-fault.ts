import { UserAgentError } from './ports.ts'

/** Why no message gets to a server: its name leads nowhere, nobody is there, or its TLS is nothing to trust. */
export type WayFault = 'unresolvable' | 'unreachable' | 'certificate-untrusted' | 'tls-failed'

const faults: readonly WayFault[] = ['unresolvable', 'unreachable', 'certificate-untrusted', 'tls-failed']

/** What a `route` that failed says of the way. */
export function wayFaultOf(error: unknown): WayFault {
  const code = error instanceof UserAgentError ? error.code : undefined
  if (code === 'bad-target') return 'unresolvable'
  return faults.find((fault) => fault === code) ?? 'unreachable'
}
