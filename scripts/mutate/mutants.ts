import { readFileSync } from 'node:fs'
import { parseSync } from 'vite'

/** One small fault in a source: `text` instead of what stands from `start` to `end` (UTF-16 units). */
export interface Mutant {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
  /** Counted from 1. */
  readonly line: number
  /** What it is, for people: `a < b -> a <= b`. */
  readonly what: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

type Change = Pick<Mutant, 'start' | 'end' | 'text'>

const operators: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+=': '-=',
  '-=': '+=',
}

/** Every mutant of a source: comparisons flipped, statements dropped, constants swapped, conditions fixed. */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Mutant[] = []
  visit(program as unknown as Node, (node) => {
    for (const { start, end, text } of changesOf(node, source)) {
      const [from, to] = [node.start, node.end]
      const after = source.slice(from, start) + text + source.slice(end, to)
      const line = source.slice(0, start).split('\n').length
      found.push({ file, start, end, text, line, what: `${brief(source.slice(from, to))} -> ${brief(after)}` })
    }
  })
  return found
}

/** Whether it is a program at all: one that cannot be read proves nothing. */
export function isValid({ file, start, end, text }: Mutant): boolean {
  const source = readFileSync(file, 'utf8')
  return parseSync(file, source.slice(0, start) + text + source.slice(end)).errors.length === 0
}

function changesOf(node: Node, source: string): readonly Change[] {
  const { start, end } = node
  const test = node['test'] as Node | null | undefined
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return swapped(node, source)
    case 'UnaryExpression':
      return node['operator'] === '!' || node['operator'] === '-' ? [{ start, end: start + 1, text: '' }] : []
    case 'IfStatement':
    case 'ConditionalExpression':
      return test ? ['true', 'false'].map((text) => ({ start: test.start, end: test.end, text })) : []
    case 'UpdateExpression':
      return [swap(source, start, end, node['operator'] === '++' ? ['++', '--'] : ['--', '++'])]
    case 'ExpressionStatement':
      // A call or an assignment that does not happen.
      return typeof node['directive'] === 'string' ? [] : [{ start, end, text: ';' }]
    case 'Literal':
      return literal(node)
    default:
      return []
  }
}

function swapped(node: Node, source: string): readonly Change[] {
  const operator = String(node['operator'])
  const other = operators[operator]
  const left = node['left'] as Node
  const right = node['right'] as Node
  return other === undefined ? [] : [swap(source, left.end, right.start, [operator, other])]
}

/** NOTE: brackets may stand between, but no operator and, in this tree, no comment that holds one. */
function swap(source: string, from: number, to: number, [before, after]: readonly [string, string]): Change {
  const start = source.indexOf(before, from)
  if (start < 0 || start >= to) throw new Error(`no ${before} in ${source.slice(from, to)}`)
  return { start, end: start + before.length, text: after }
}

function literal({ start, end, value }: Node): readonly Change[] {
  if (typeof value === 'boolean') return [{ start, end, text: String(!value) }]
  if (typeof value === 'number') return [{ start, end, text: `(${value + 1})` }]
  if (typeof value === 'string') return [{ start, end, text: value === '' ? "'mutant'" : "''" }]
  return []
}

/** What a mutant could not show: types, imports, and the words of an error. */
const passedOver = /^(?:TS|Import|Export(?:All|Specifier))/

function visit(node: Node, look: (node: Node) => void): void {
  const { type } = node
  const expression = type === 'TSAsExpression' || type === 'TSSatisfiesExpression' || type === 'TSNonNullExpression'
  if (expression) return visit(node['expression'] as Node, look)
  if (passedOver.test(type)) return
  look(node)
  const words = type === 'NewExpression' && String((node['callee'] as Node)['name']).endsWith('Error')
  for (const [field, value] of Object.entries(node)) {
    if ((words && field === 'arguments') || (field === 'source' && type.startsWith('Export'))) continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, look)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 70 ? `${line.slice(0, 69)}…` : line
}
