/**
 * What can be set, as data: the form, the search and the help are made of it. Labels are X-Lite's own names and the
 * same in every language, because lab sheets quote them; `field.PATH` of the translations has the help line.
 */
export interface Field {
  /** Where it is in the account or in the settings, with dots. */
  readonly path: string
  /** In every language the same; absent: `label.PATH` of the translations. */
  readonly label?: string
  readonly kind: FieldKind
  /** Shown in an empty field. */
  readonly placeholder?: string
  readonly mono?: boolean
}

type FieldKind =
  | { readonly type: 'text'; readonly longest: number }
  /** The part before an @. */
  | { readonly type: 'user' }
  /** Host name or IP address, with :port if need be; may be empty. */
  | { readonly type: 'host' }
  | { readonly type: 'ip' }
  /** Separated by commas or blanks. */
  | { readonly type: 'hosts' }
  | { readonly type: 'digits'; readonly longest: number }
  | { readonly type: 'whole'; readonly least: number; readonly most: number }
  /** `8000-8999`. */
  | { readonly type: 'ports' }
  | { readonly type: 'password' }
  | { readonly type: 'yesNo' }
  /** `names`: the same in every language; absent: `choice.PATH.VALUE` of the translations. */
  | { readonly type: 'choice'; readonly values: readonly string[]; readonly names?: readonly string[] }
  /** In order of preference. */
  | { readonly type: 'codecs'; readonly mayBeEmpty: boolean }

/** The values of a form by path, as typed: what is not yet a number stays as it is. */
export type Values = Readonly<Record<string, Value>>
export type Value = string | boolean | readonly string[]

const triNames = { values: ['default', 'always', 'never'], names: ['Default', 'Always', 'Never'] } as const

export const tri: FieldKind = { type: 'choice', ...triNames }
export const autoTri: FieldKind = {
  type: 'choice',
  values: ['auto', 'always', 'never'],
  names: ['Automatic', 'Always', 'Never'],
}

/** What of `source` the fields show, as a form holds it. */
export function valuesOf(source: object, fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.path, shown(field.kind, at(source, field.path))]))
}

/** The changed values as a patch for the phone: nested, with numbers as numbers. Absent texts stay absent. */
export function patchOf(values: Values, fields: readonly Field[]): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const { path, kind } of fields) {
    const value = values[path]
    if (value === undefined) continue
    const keys = path.split('.')
    const last = keys.pop() ?? path
    let place = patch
    for (const key of keys) place = (place[key] ??= {}) as Record<string, unknown>
    place[last] = parsed(kind, value)
  }
  return patch
}

/** `choice.` and `field.` of the translations are nested by the same path. */
function at(source: object, path: string): unknown {
  return path.split('.').reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], source)
}

function shown(kind: FieldKind, value: unknown): Value {
  if (kind.type === 'yesNo') return value === true
  if (kind.type === 'codecs') return (value as readonly string[] | undefined) ?? []
  if (kind.type === 'ports') return (value as readonly number[] | undefined)?.join('-') ?? ''
  if (kind.type === 'hosts') return ((value as readonly string[] | undefined) ?? []).join(', ')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function parsed(kind: FieldKind, value: Value): unknown {
  if (typeof value !== 'string') return value
  if (kind.type === 'whole') return /^\d+$/.test(value.trim()) ? Number(value) : value
  if (kind.type === 'ports') {
    const match = portRange.exec(value.trim())
    return match === null ? value : [Number(match[1]), Number(match[2] ?? Number(match[1]) + 1)]
  }
  if (kind.type === 'hosts') return value.split(/[\s,;，、；]+/).filter((name) => name !== '')
  return kind.type === 'password' ? value : value.trim()
}

/** One port means it and the next, as X-Lite's Listen RTP Port does. */
export const portRange = /^(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?$/
