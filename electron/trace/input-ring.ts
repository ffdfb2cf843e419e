import type { MachineInput, NotedInput } from '../phone/trace-message.ts'

const mostInputs = 500
/** Of these the words are a few of our own. Any other text may be somebody's: it is left out. */
const plainWords = new Set(['timer', 'side', 'by', 'cause'])

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

function plain(input: MachineInput): MachineInput {
  const { kind, ...rest } = input
  const told = Object.entries({ ...rest, ...statusIn(rest) }).filter(
    ([name, value]) =>
      typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && plainWords.has(name)),
  )
  return { kind, ...Object.fromEntries(told) }
}

/** Of what a server answered, the number. */
function statusIn(input: object): object {
  const response: unknown = 'response' in input ? input.response : undefined
  return typeof response === 'object' && response !== null && 'status' in response ? { status: response.status } : {}
}
