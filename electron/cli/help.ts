import {
  type CommandName,
  type CommandRow,
  commands,
  type OptionName,
  type OptionRow,
  options,
  optionsOf,
} from './options.ts'

/** What `--help` prints, made from the tables. */

const width = 100

export function generalHelp(version: string): string {
  const names = Object.keys(commands) as CommandName[]
  return [
    `dialtone ${version}: a SIP phone on the command line`,
    '',
    'Usage: dialtone COMMAND [OPTIONS]',
    '',
    'Commands',
    ...names.map((name) => entry(usageOf(name), commands[name].summary)),
    '',
    '"dialtone COMMAND --help" lists the options of a command.',
    '',
  ].join('\n')
}

export function commandHelp(command: CommandName): string {
  const row: CommandRow = commands[command]
  return [
    `Usage: dialtone ${usageOf(command)} [OPTIONS]`,
    '',
    capital(row.summary),
    '',
    'Options',
    ...optionsOf(command).map((name) => entry(spelling(name), options[name].help)),
    '',
    'Examples',
    ...row.examples.map((example) => `  dialtone ${example}`),
    '',
    ...row.notes.flatMap((note) => wrap(note, 0)),
    '',
  ].join('\n')
}

function usageOf(command: CommandName): string {
  const row: CommandRow = commands[command]
  if (row.argument === undefined) return command
  return row.optional === true ? `${command} [${row.argument}]` : `${command} ${row.argument}`
}

function spelling(name: OptionName): string {
  const row: OptionRow = options[name]
  return row.value === undefined ? `--${name}` : `--${name} ${row.value}`
}

const column = 22

function entry(left: string, text: string): string {
  const [first = '', ...rest] = wrap(text, column)
  const head = `  ${left}`
  return head.length + 2 > column
    ? [head, `${' '.repeat(column)}${first.trimStart()}`, ...rest].join('\n')
    : [`${head.padEnd(column)}${first.trimStart()}`, ...rest].join('\n')
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = ' '.repeat(indent)
  for (const word of text.split(' ')) {
    const next = line.trim() === '' ? `${line}${word}` : `${line} ${word}`
    if (next.length > width && line.trim() !== '') {
      lines.push(line)
      line = `${' '.repeat(indent)}${word}`
    } else line = next
  }
  return [...lines, line]
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
