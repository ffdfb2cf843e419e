import { PhoneError } from './phone-error.ts'
import {
  type Home,
  longestTarget,
  readHostAndPort,
  readTarget,
  type Target,
  type TargetReading,
} from './read-target.ts'

/** As `readTarget`; throws PhoneError `invalid-params` (field `target`) or `too-long` for what cannot be called. */
export function parseTarget(typed: string, home?: Home): Target {
  const reading = readTarget(typed, home)
  if (reading.kind !== 'good') throw refusal(reading)
  const { uri, user, host, port } = reading
  return { uri, user, host, port }
}

/** Throws PhoneError `invalid-params`. */
export function hostAndPort(text: string): Pick<Target, 'host' | 'port'> {
  const reading = readHostAndPort(text)
  if ('kind' in reading) throw refusal(reading)
  return reading
}

function refusal(reading: Exclude<TargetReading, Target>): PhoneError {
  if (reading.kind === 'wrong' && reading.problem === 'too-long')
    return new PhoneError('too-long', `The target is longer than ${longestTarget} characters`)
  return new PhoneError('invalid-params', whatIsWrong(reading), { field: 'target' })
}

function whatIsWrong(reading: Exclude<TargetReading, Target>): string {
  if (reading.kind === 'empty') return 'Type a number or an address to call'
  switch (reading.problem) {
    case 'no-host':
      return `This needs an address behind it, such as ${reading.example}`
    case 'no-user':
      return 'The part before the @ is empty'
    case 'host-missing':
      return 'The address behind the @ is missing'
    case 'password':
      return 'A target must not carry a password: leave out what is between : and @'
    case 'ip':
      return `"${reading.shown}" is not a valid IP address`
    case 'port':
      return `"${reading.shown}" is not a port: it must be a number from 1 to 65535`
    case 'host':
      return `"${reading.shown}" is not a valid host name`
    case 'address':
    case 'too-long':
      return `"${reading.shown}" is not an address`
  }
}
