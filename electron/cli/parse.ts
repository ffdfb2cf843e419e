import { parseArgs } from 'node:util'
import {
  type CommandName,
  type CommandRow,
  commands,
  isCommand,
  type OptionName,
  type OptionRow,
  options,
  optionsOf,
} from './options.ts'
import { parseConfig, type PhoneOptions, readPhoneOptions, textOf, type Values } from './phone-options.ts'
import { closest, UsageError } from './usage-error.ts'

/** What the command line asked for, every value read and checked. */
type Invocation =
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'version' }
  | Command

export interface Command extends PhoneOptions {
  readonly kind: CommandName
  /** Of `call`: whom; of `trace` and `diagnostics`: which file. Empty otherwise. */
  readonly target: string
  readonly json: boolean
  readonly once: boolean
  /** Of `diagnostics`. */
  readonly unmasked: boolean
  readonly dtmf: string | undefined
  /** Of `trace`; undefined: every call. */
  readonly sipCallId: string | undefined
  /** Of `trace`; undefined: everything. */
  readonly search: string | undefined
  /** Of `trace`: only this of each call; undefined: ladder and explanation. */
  readonly shown: 'ladder' | 'explain' | undefined
  readonly durationMs: number | undefined
  /** Of `serve`. */
  readonly page: PageCommand
}

interface PageCommand {
  /** 0: any free one. */
  readonly port: number
  readonly open: boolean
  readonly endWithWindow: boolean
}

/** Reads the arguments after the program's name. Throws a UsageError. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  const { values, positionals } = split(argv)
  const [first, ...rest] = positionals[0] === 'help' ? positionals.slice(1) : positionals
  if (first !== undefined && !isCommand(first)) throw unknownCommand(first)
  if (values.help === true || positionals[0] === 'help') return { kind: 'help', command: first }
  if (values.version === true) return { kind: 'version' }
  if (first === undefined) throw new UsageError('which command?', `one of ${Object.keys(commands).join(', ')}`)
  return readCommand(first, rest, values)
}

function split(argv: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: [...argv], options: parseConfig, allowPositionals: true, strict: true })
  } catch (error) {
    const named = /'(?:-\w, )?-{0,2}([^\s'=]+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? ''
    const row: OptionRow | undefined = Object.hasOwn(options, named) ? options[named as OptionName] : undefined
    if (row === undefined) {
      const near = closest(named, Object.keys(options))
      throw new UsageError(`there is no option ${written(argv, named)}`, near && `did you mean --${near}?`)
    }
    if (row.value === undefined) throw new UsageError(`--${named} takes no value`)
    throw new UsageError(`--${named} needs a value: --${named} ${row.value}`)
  }
}

/** An unknown option as it was typed. */
function written(argv: readonly string[], name: string): string {
  return argv.find((argument) => /^-+/.test(argument) && argument.replace(/^-+/, '').startsWith(name)) ?? `--${name}`
}

function unknownCommand(name: string): UsageError {
  const near = closest(name, Object.keys(commands))
  const hint = near === undefined ? `the commands are ${Object.keys(commands).join(', ')}` : `did you mean ${near}?`
  return new UsageError(`there is no command ${name}`, hint)
}

function readCommand(kind: CommandName, positionals: readonly string[], values: Values): Command {
  const row: CommandRow = commands[kind]
  for (const name of Object.keys(values) as OptionName[]) if (!optionsOf(kind).includes(name)) throw foreign(kind, name)
  const [target, extra] = positionals
  if (row.argument !== undefined && row.optional !== true && target === undefined)
    throw new UsageError(`${kind} needs ${row.argument}`, `for example: dialtone ${row.examples[0] ?? kind}`, kind)
  const surplus = row.argument === undefined ? target : extra
  if (surplus !== undefined) throw new UsageError(`${kind} does not know what to do with ${surplus}`, undefined, kind)
  return {
    ...readPhoneOptions(values, kind),
    kind,
    target: target ?? '',
    json: values.json === true,
    once: values.once === true,
    unmasked: values.unmasked === true,
    dtmf: readDigits(textOf(values, 'dtmf')),
    sipCallId: textOf(values, 'call'),
    search: textOf(values, 'search'),
    shown: readShown(values),
    durationMs: readSeconds(textOf(values, 'duration')),
    page: {
      port: readPort(textOf(values, 'port')),
      open: values.open === true,
      endWithWindow: values['end-with-window'] === true,
    },
  }
}

function foreign(kind: CommandName, name: OptionName): UsageError {
  const owners = (Object.keys(commands) as CommandName[]).filter((command) => optionsOf(command).includes(name))
  return new UsageError(`${kind} has no option --${name}`, `it belongs to ${owners.join(' and ')}`, kind)
}

function readShown({ ladder, explain }: Values): Command['shown'] {
  if (ladder === true && explain === true)
    throw new UsageError('--ladder and --explain exclude each other', undefined, 'trace')
  return ladder === true ? 'ladder' : explain === true ? 'explain' : undefined
}

function readDigits(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9*#A-Da-d!,]{1,256}$/.test(text)) return text
  throw new UsageError('--dtmf must be made of 0-9, *, #, A-D, ! (flash) and , (pause)')
}

function readPort(text: string | undefined): number {
  const port = text === undefined ? 0 : /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new UsageError('--port must be a port from 0 (any free one) to 65535', undefined, 'serve')
}

/** A day is the most: longer than any timer of a call needs. */
function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000
  throw new UsageError('--duration must be a number of seconds, more than 0 and at most 86400')
}
