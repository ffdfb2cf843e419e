import type { GenericSchema } from 'valibot'

/** A valibot schema as somebody reads it: TypeScript's notation, with the bounds that a type cannot say. */

interface Piece {
  readonly kind: string
  readonly type: string
  readonly requirement?: unknown
  readonly expects?: string | null
  readonly options?: readonly unknown[]
  readonly literal?: unknown
  readonly entries?: Readonly<Record<string, Piece>>
  readonly items?: readonly Piece[]
  readonly item?: Piece
  readonly wrapped?: Piece
  readonly value?: Piece
  readonly pipe?: readonly Piece[]
}

/** `indent`: undefined writes one line, else an object takes a line for each key. */
export function schemaText(schema: GenericSchema, indent?: string): string {
  return write(schema as unknown as Piece, indent)
}

function write(schema: Piece, indent: string | undefined): string {
  const bounds = (schema.pipe ?? []).filter(({ kind }) => kind === 'validation')
  switch (schema.type) {
    case 'string':
      return `string${limits(bounds)}`
    case 'number':
      return `${bounds.some(({ type }) => type === 'integer') ? 'integer' : 'number'}${limits(bounds)}`
    case 'boolean':
    case 'unknown':
      return schema.type
    case 'picklist':
      return (schema.options ?? []).map((option) => JSON.stringify(option)).join(' | ')
    case 'optional':
      return write(inner(schema), indent)
    case 'nullable':
      return `${write(inner(schema), indent)} | null`
    case 'array': {
      const item = write(schema.item ?? unknown, indent)
      return `${/[ ]/.test(item) && !item.startsWith('{') ? `(${item})` : item}[]${limits(bounds)}`
    }
    case 'strict_tuple':
      return `[${(schema.items ?? []).map((item) => write(item, undefined)).join(', ')}]`
    case 'record':
      return `{ [key: string]: ${write(schema.value ?? unknown, undefined)} }`
    case 'strict_object':
      return object(schema, indent, [])
    case 'loose_object':
      return object(schema, indent, ['...'])
    default:
      throw new Error(`how is a schema of the type ${schema.type} written?`)
  }
}

const unknown: Piece = { kind: 'schema', type: 'unknown' }
const inner = (schema: Piece) => schema.wrapped ?? unknown

function object(schema: Piece, indent: string | undefined, rest: readonly string[]): string {
  const deeper = indent === undefined ? undefined : `${indent}  `
  const fields = Object.entries(schema.entries ?? {}).map(
    ([name, field]) => `${name}${field.type === 'optional' ? '?' : ''}: ${write(field, deeper)}`,
  )
  const all = [...fields, ...rest]
  if (all.length === 0) return '{}'
  if (deeper === undefined) return `{ ${all.join(', ')} }`
  return `{\n${all.map((line) => `${deeper}${line}\n`).join('')}${indent}}`
}

/** Lengths and ranges in brackets; a pattern too. What a check of our own demands, its message tells whoever breaks it. */
function limits(bounds: readonly Piece[]): string {
  const of = (...types: string[]) => bounds.find(({ type }) => types.includes(type))?.requirement
  const [least, most] = [of('min_length', 'min_value'), of('max_length', 'max_value')]
  const pattern = of('regex')
  const far = (value: unknown) => (value === Number.MAX_SAFE_INTEGER ? '' : String(value))
  const range = least === undefined && most === undefined ? '' : `${far(least ?? '')}..${far(most ?? '')}`
  const parts = [range, pattern instanceof RegExp ? String(pattern) : ''].filter((part) => part !== '')
  return parts.length === 0 ? '' : `(${parts.join(', ')})`
}
