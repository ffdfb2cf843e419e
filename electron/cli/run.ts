import { answer } from './answer.ts'
import { call } from './call.ts'
import { diagnostics } from './diagnostics.ts'
import { doctor } from './doctor.ts'
import { commandHelp, generalHelp } from './help.ts'
import { told } from './outcome.ts'
import { type Command, parseCommandLine } from './parse.ts'
import { rpc } from './rpc.ts'
import { serve } from './serve.ts'
import { trace } from './trace.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

const commands = { call, answer, rpc, serve, trace, doctor, diagnostics }

/** Runs the command line and resolves with the exit code: 0 done, 1 failed, 2 wrong usage. Never rejects. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  try {
    const invocation = parseCommandLine(argv)
    if (invocation.kind === 'version') world.terminal.out(world.version)
    else if (invocation.kind === 'help')
      world.terminal.out(
        (invocation.command === undefined ? generalHelp(world.version) : commandHelp(invocation.command)).trimEnd(),
      )
    else return await commands[invocation.kind](invocation satisfies Command, world)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      const hint = error.hint === undefined ? '' : ` (${error.hint})`
      world.terminal.err(`dialtone: ${error.message}${hint}`)
      world.terminal.err(`Try: dialtone ${error.command === undefined ? '' : `${error.command} `}--help`)
      return 2
    }
    const { code, message } = told(error)
    world.terminal.err(`${code} - ${message}`)
    return 1
  }
}
