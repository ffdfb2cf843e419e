import type { RegisterAnswer } from './ports.ts'
import type { Failure } from './registration.ts'

/** Where a registration failed and what helps, for people. `resolved`: the server's name leads to an address. */
export function registrationFailure(answer: RegisterAnswer, resolved: boolean): Failure {
  const { status, source, refused } = answer
  if (source === 'unreachable' && !resolved) {
    return { step: 'dns', remedy: 'The name of the server leads nowhere: check Domain/Realm and SIP Proxy for a slip.' }
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
