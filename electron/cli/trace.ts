import type { TraceMessage } from '../phone/trace-message.ts'
import { told } from './outcome.ts'
import type { Command } from './parse.ts'
import type { World } from './world.ts'

/** `dialtone trace FILE`: the SIP of a capture, call by call. */
export async function trace(command: Command, world: World): Promise<number> {
  const { terminal, captures } = world
  try {
    const { messages, packets, problem } = await captures.read(command.target)
    if (problem !== undefined) terminal.err(`${command.target}: ${problem}.`)
    const wanted = messages.filter(
      ({ sipCallId }) => command.sipCallId === undefined || sipCallId === command.sipCallId,
    )
    if (command.json) {
      const calls = byCall(wanted).map(([sipCallId, list]) => ({ sipCallId, messages: list }))
      terminal.out(JSON.stringify({ file: command.target, packets, problem: problem ?? null, calls }))
    } else if (wanted.length > 0) for (const [id, list] of byCall(wanted)) print(id, list, world)
    if (wanted.length > 0) return 0
    const what = command.sipCallId === undefined ? 'SIP message' : `message of ${command.sipCallId}`
    terminal.err(`not-found - there is no ${what} in the ${packets} packets of ${command.target}.`)
  } catch (error) {
    const { code, message } = told(error)
    terminal.err(`${code} - ${message}`)
  }
  return 1
}

function print(sipCallId: string, messages: readonly TraceMessage[], { terminal, captures }: World): void {
  const first = messages[0]
  terminal.out(`${first?.at ?? ''} ${first?.method ?? ''} Call-ID ${sipCallId === '' ? '(none)' : sipCallId}`)
  terminal.out(captures.ladder(messages))
}

/** In the order of their first messages. */
function byCall(messages: readonly TraceMessage[]): [string, TraceMessage[]][] {
  const calls = new Map<string, TraceMessage[]>()
  for (const message of messages) {
    const list = calls.get(message.sipCallId)
    if (list) list.push(message)
    else calls.set(message.sipCallId, [message])
  }
  return [...calls]
}
