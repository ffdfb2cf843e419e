import { accountFields } from './account-fields.ts'
import { type Field, patchOf, type Value } from './field.ts'
import { phoneFields } from './phone-fields.ts'
import { type Fault, faultOf } from './validate.ts'

/** One line of a lab sheet, as it is understood. */
export type LabRow =
  | {
      readonly kind: 'good'
      readonly text: string
      readonly field: Field
      readonly value: Value
      readonly shown: string
    }
  | { readonly kind: 'wrong'; readonly text: string; readonly field: Field; readonly fault: Fault }
  | { readonly kind: 'unknown'; readonly text: string }

const fields = [...accountFields, ...phoneFields.network]
const phonePaths = new Set(phoneFields.network.map(({ path }) => path))

/** What lab sheets call a setting beside X-Lite's own name. */
const otherNames: Readonly<Record<string, string>> = {
  user: 'username',
  username: 'username',
  userid: 'username',
  authuser: 'authorizationUser',
  authorizationusername: 'authorizationUser',
  authorizationuser: 'authorizationUser',
  domain: 'domain',
  realm: 'domain',
  domainrealm: 'domain',
  proxy: 'proxy',
  registrar: 'proxy',
  sipserver: 'proxy',
  outboundproxy: 'outboundProxy',
  sipport: 'network.sipPort',
  listensipport: 'network.sipPort',
  rtpport: 'network.rtpPorts',
  listenrtpport: 'network.rtpPorts',
  reregister: 'reregisterSeconds',
  reregisterproxy: 'reregisterSeconds',
  xnat: 'network.useXNat',
  usexnat: 'network.useXNat',
  forwardto: 'forward.always',
}

const enabled: Field = { path: 'enabled', label: 'Enabled', kind: { type: 'yesNo' } }

/**
 * A table of an X-Lite lab sheet, pasted as text: one setting a line, its name and its value apart by a colon, an equals
 * sign, a tab or several blanks. Lines that mean nothing here are named, not dropped.
 */
export function readLabTable(text: string): readonly LabRow[] {
  return text
    .slice(0, 20_000)
    .split(/\r?\n/)
    .map((line) => line.normalize('NFKC').trim())
    .filter((line) => line !== '')
    .slice(0, 200)
    .map(rowOf)
}

/** What is to be kept of it: the account's fields and the phone's. */
export function labPatches(rows: readonly LabRow[]): {
  readonly account: Record<string, unknown>
  readonly settings: Record<string, unknown>
} {
  const good = rows.filter((row) => row.kind === 'good')
  const values = Object.fromEntries(good.map(({ field, value }) => [field.path, value]))
  const chosen = good.map(({ field }) => field)
  const own = chosen.filter(({ path }) => !phonePaths.has(path))
  const account = patchOf(values, own)
  const group = (name: string, rest: object) => name in account && { [name]: { ...rest, ...(account[name] as object) } }
  return {
    // These two are changed as a whole.
    account: {
      ...account,
      ...group('forward', { noAnswerSeconds: 20 }),
      ...group('sessionTimer', { on: false, seconds: 1800 }),
    },
    settings: patchOf(
      values,
      chosen.filter(({ path }) => phonePaths.has(path)),
    ),
  }
}

function rowOf(line: string): LabRow {
  const match = /^[\s\-*•]*(.+?)\s*(?:[:=\t]|\s{2,})\s*(.*)$/.exec(line)
  const field = match === null ? undefined : fieldOf(match[1] ?? '')
  if (match === null || field === undefined) return { kind: 'unknown', text: line }
  const value = valueOf(field, (match[2] ?? '').replace(/^["']|["']$/g, '').trim())
  const fault = value === undefined ? 'phone' : faultOf(field, value)
  if (value === undefined || fault !== undefined) return { kind: 'wrong', text: line, field, fault: fault ?? 'phone' }
  return { kind: 'good', text: line, field, value, shown: shownOf(field, value) }
}

function fieldOf(name: string): Field | undefined {
  const wanted = fold(name)
  if (wanted === 'enabled') return enabled
  const known = otherNames[wanted]
  return fields.find(({ path, label }) => path === known || (label !== undefined && fold(label) === wanted))
}

function valueOf({ kind }: Field, text: string): Value | undefined {
  if (kind.type === 'yesNo') {
    if (/^(?:yes|on|true|1|是)$/i.test(text)) return true
    return /^(?:no|off|false|0|否)$/i.test(text) ? false : undefined
  }
  if (kind.type === 'choice') {
    const wanted = fold(text)
    const index = kind.values.findIndex(
      (value, at) => fold(value) === wanted || fold(kind.names?.[at] ?? '') === wanted,
    )
    return kind.values[index]
  }
  if (kind.type === 'codecs') return undefined
  // Sheets leave out what is not used.
  return /^(?:none|empty|-|無|无)$/i.test(text) ? '' : text
}

function shownOf({ kind }: Field, value: Value): string {
  if (kind.type === 'password') return '\u2022'.repeat(6)
  if (kind.type === 'yesNo') return value === true ? 'Yes' : 'No'
  if (kind.type === 'choice') return kind.names?.[kind.values.indexOf(String(value))] ?? String(value)
  return String(value)
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll(/[\s/\-_.()]+/g, '')
}
