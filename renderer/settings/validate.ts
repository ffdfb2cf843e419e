import { readTarget } from '../dialer/read-target.ts'
import { type Field, portRange, type Value, type Values } from './field.ts'

/** What is wrong with a value: `invalid.NAME` of the translations says it. */
export type Fault =
  | 'tooLong'
  | 'control'
  | 'user'
  | 'host'
  | 'ip'
  | 'hosts'
  | 'digits'
  | 'range'
  | 'ports'
  | 'noCodec'
  /** The phone refuses it, and the rules here do not say why. */
  | 'phone'
  /** The server did not accept it when the account was tested. */
  | 'server'

/** Judged when a field is left, never while somebody types. The phone has the last word. */
export function faultOf({ kind }: Field, value: Value): Fault | undefined {
  if (kind.type === 'codecs') return kind.mayBeEmpty || (value as readonly string[]).length > 0 ? undefined : 'noCodec'
  if (typeof value !== 'string') return undefined
  const text = kind.type === 'password' ? value : value.trim()
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'control'
  switch (kind.type) {
    case 'text':
      return text.length > kind.longest ? 'tooLong' : undefined
    case 'password':
      return text.length > 256 ? 'tooLong' : undefined
    case 'user':
      return text.includes('@') ? 'user' : text.length > 128 ? 'tooLong' : undefined
    case 'host':
      return isHost(text) ? undefined : 'host'
    case 'ip':
      return text === '' || isIp(text) ? undefined : 'ip'
    case 'hosts':
      return text.split(/[\s,;，、；]+/).every(isHost) ? undefined : 'hosts'
    case 'digits':
      return text.length > kind.longest || !/^[0-9*#+]*$/.test(text) ? 'digits' : undefined
    case 'whole':
      return /^\d{1,7}$/.test(text) && Number(text) >= kind.least && Number(text) <= kind.most ? undefined : 'range'
    case 'ports': {
      const match = portRange.exec(text)
      const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? Number(match?.[1]) + 1)]
      return first >= 1024 && last <= 65_535 && last > first + (first % 2) ? undefined : 'ports'
    }
    default:
      return undefined
  }
}

/** Every field whose value cannot be. */
export function faultsOf(values: Values, fields: readonly Field[]): Readonly<Record<string, Fault>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const fault = faultOf(field, values[field.path] ?? '')
      return fault === undefined ? [] : [[field.path, fault] as const]
    }),
  )
}

/** Read as the dial field reads what stands behind the @. */
function isHost(text: string): boolean {
  return text === '' || (!/[@;?/<>]/.test(text) && readTarget(`x@${text}`).kind === 'good')
}

function isIp(text: string): boolean {
  const bracketed = text.includes(':') ? `[${text}]` : text
  return /^(?:\[[\dA-Fa-f:.]+\]|\d+\.\d+\.\d+\.\d+)$/.test(bracketed) && isHost(bracketed)
}
