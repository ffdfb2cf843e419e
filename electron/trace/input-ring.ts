import type { MachineInput, NotedInput } from '../phone/trace-message.ts'

const mostInputs = 500
/** Of these the words are a few of our own. Any other text may be somebody's: it is left out. */
const plainWords = new Set(['timer', 'side', 'by', 'cause', 'state'])
/** What others answered or told: of that the numbers, and whether it is over. */
const nested = new Set(['response', 'answer', 'report', 'subscription'])

/** The last inputs of the machines, oldest first. What is kept of one holds no text that anybody has written. */
export class InputRing {
  readonly #kept: NotedInput[] = []

  put(atMs: number, machine: string, of: string, input: MachineInput): void {
    this.#kept.push({ atMs, machine, of, ...plain(input) })
    if (this.#kept.length > mostInputs) this.#kept.shift()
  }

  get all(): readonly NotedInput[] {
    return [...this.#kept]
  }
}

/** Each step of each machine comes by here: one pass, and no list on the way. */
function plain(input: MachineInput): MachineInput {
  const told: { kind: string; [name: string]: unknown } = { kind: input.kind }
  for (const [name, value] of Object.entries(input))
    if (typeof value !== 'object') keep(told, name, value)
    else if (value !== null && nested.has(name))
      for (const [part, of] of Object.entries(value)) if (typeof of !== 'object') keep(told, part, of)
  return told
}

function keep(told: Record<string, unknown>, name: string, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && plainWords.has(name)))
    told[name] = value
}
