import type { RegisterAnswer } from './ports.ts'
import type { Failure } from './registration.ts'
import type { WayFault } from './way-fault.ts'

export type RegistrationStep = 'dns' | 'connect' | 'tls' | 'register'

/** Where a registration failed and what helps, for people. `fault`: what is known to be wrong with the way there. */
export function registrationFailure(
  answer: RegisterAnswer,
  fault: WayFault | undefined,
): Failure & { readonly step: RegistrationStep } {
  const { status, source, refused } = answer
  if (source === 'unreachable' && fault === 'unresolvable') {
    return { step: 'dns', remedy: 'The name of the server leads nowhere: check Domain/Realm and SIP Proxy for a slip.' }
  }
  if (source === 'unreachable' && fault === 'certificate-untrusted') {
    return {
      step: 'tls',
      remedy:
        'The certificate of the server proves nothing: compare its fingerprint with what the server says of itself, and accept it if they are the same.',
    }
  }
  if (source === 'unreachable' && fault === 'tls-failed') {
    return { step: 'tls', remedy: 'The server does not speak TLS on this port: check the port and the transport.' }
  }
  if (source === 'unreachable') {
    return {
      step: 'connect',
      remedy: 'The server cannot be reached: check the address, port and transport, and whether it is running.',
    }
  }
  if (source === 'timeout') {
    return {
      step: 'connect',
      remedy: 'The server does not answer: check SIP Proxy and its port, and whether a firewall lets SIP through.',
    }
  }
  const step = 'register'
  if (refused === 'no-credentials') return { step, remedy: 'The server asks for a password: enter one.' }
  if (refused === 'unsupported') return { step, remedy: 'The server asks for a kind of proof that is not known here.' }
  return { step, remedy: byStatus[status] ?? 'The server refused the registration: its reason says why.' }
}

const byStatus: Readonly<Record<number, string>> = {
  401: 'The server did not accept the password: check Username, Authorization User and Password.',
  403: 'The server forbids it: check Username, Authorization User and Password, or ask who runs the server.',
  404: 'The server does not know this user: check Username and Domain/Realm.',
  405: 'This server is no registrar: check SIP Proxy.',
  407: 'The proxy did not accept the password: check Username, Authorization User and Password.',
  423: 'The server wants longer registrations: raise Reregister Proxy.',
  503: 'The server has too much to do; it is asked again later.',
}
