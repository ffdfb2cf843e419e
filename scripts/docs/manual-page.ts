import {
  type CommandName,
  type CommandRow,
  commands,
  commonOptions,
  type OptionName,
  type OptionRow,
  options,
} from '../../electron/cli/options.ts'

/** dialtone(1), made of the same tables as `--help`. man(7) macros. */

export function manualPage(version: string): string {
  const names = Object.keys(commands) as CommandName[]
  const lines = [
    '.\\" Made by "npm run docs" from electron/cli/options.ts; do not edit.',
    `.TH DIALTONE 1 "" "Dialtone ${version}" "User Commands"`,
    '.SH NAME',
    `dialtone \\- ${roff('a SIP phone on the command line')}`,
    '.SH SYNOPSIS',
    ...names.flatMap((name, index) => [
      ...(index === 0 ? [] : ['.br']),
      `.B dialtone ${name}`,
      ...argumentLine(name),
      '[OPTIONS]',
    ]),
    '.SH DESCRIPTION',
    'Calls, answers, and is a phone for other programs, without a screen: plain SIP and RTP with G.711.',
    'No account is needed to call an address directly.',
    '.SH COMMANDS',
    ...names.flatMap((name) => commandLines(name)),
    '.SH COMMON OPTIONS',
    'Every command has them, but for those that start no phone.',
    ...commonOptions.flatMap((name) => optionLines(name)),
    '.SH EXIT STATUS',
    ...term('0', 'Done. For call: it was answered, and what was asked for was heard or sent.'),
    ...term('1', 'Failed: the first word on stderr is the reason or a code.'),
    ...term('2', 'Wrong usage.'),
    '.SH ENVIRONMENT',
    ...term('DIALTONE_PASSWORD', 'The password of the account that the options describe.'),
    ...term('DIALTONE_BROWSER', 'The browser that serve \\-\\-open starts.', true),
    '.SH FILES',
    ...term(
      '~/.local/share/dialtone/NAME',
      'Settings, accounts, passwords, call log and recordings of the profile NAME.',
    ),
    '.SH SEE ALSO',
    roff('The reference of the JSON-RPC methods is docs/contract.md in the sources.'),
  ]
  return `${lines.join('\n')}\n`
}

function argumentLine(name: CommandName): readonly string[] {
  const { argument }: CommandRow = commands[name]
  return argument === undefined ? [] : [`.I ${argument}`]
}

function commandLines(name: CommandName): readonly string[] {
  const row: CommandRow = commands[name]
  return [
    `.SS dialtone ${name}${row.argument === undefined ? '' : ` ${row.argument}`}`,
    roff(`${row.summary.charAt(0).toUpperCase()}${row.summary.slice(1)}.`),
    ...row.options.flatMap((option) => optionLines(option)),
    ...row.notes.flatMap((note) => ['.PP', roff(note)]),
    '.PP',
    'Examples:',
    '.PP',
    '.nf',
    '.RS',
    ...row.examples.map((example) => roff(`dialtone ${example}`)),
    '.RE',
    '.fi',
  ]
}

function optionLines(name: OptionName): readonly string[] {
  const { value, help }: OptionRow = options[name]
  const spelled =
    value === undefined ? `\\fB\\-\\-${dashes(name)}\\fR` : `\\fB\\-\\-${dashes(name)}\\fR \\fI${roff(value)}\\fR`
  return ['.TP', spelled, roff(help)]
}

function term(name: string, text: string, raw = false): readonly string[] {
  return ['.TP', `\\fB${roff(name)}\\fR`, raw ? text : roff(text)]
}

const dashes = (text: string) => text.replaceAll('-', '\\-')

/** A line of text: nothing in it is a command to troff, and every hyphen can be copied into a shell. */
function roff(text: string): string {
  const escaped = dashes(text.replaceAll('\\', '\\e'))
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}
