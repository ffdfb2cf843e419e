import { parseArgs } from 'node:util'
import { parseConfig, type PhoneOptions, readPhoneOptions, type Values } from './phone-options.ts'

/** What starts the window: the common options, and what else stands there. */
interface WindowCommand extends PhoneOptions {
  /** Arguments that are no options, as they are: links and the like. */
  readonly rest: readonly string[]
  /** `--hidden`: the window stays out of sight, whatever the settings say. */
  readonly hidden: boolean
}

/**
 * Reads the arguments of the window. An option that is none of ours is let pass: Chromium has hundreds, and the system
 * adds some by itself. Throws a UsageError.
 */
export function parseWindowCommand(argv: readonly string[]): WindowCommand {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: parseConfig,
    allowPositionals: true,
    strict: false,
  })
  return { ...readPhoneOptions(values as Values), rest: positionals, hidden: argv.includes('--hidden') }
}
