import {
  type CommandName,
  type CommandRow,
  commands,
  type OptionName,
  type OptionRow,
  options,
  optionsOf,
} from '../../electron/cli/options.ts'

/** What shells complete behind `dialtone`, made of the same tables as `--help`. */

const names = Object.keys(commands) as CommandName[]
const rowOf = (name: OptionName): OptionRow => options[name]
const argumentOf = (name: CommandName) => (commands[name] satisfies CommandRow as CommandRow).argument
const made = (comment: string) => `${comment} Made by "npm run docs" from electron/cli/options.ts; do not edit.`
/** In single quotes, for any shell. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`

export function bashCompletion(): string {
  const values = (Object.keys(options) as OptionName[])
    .filter((name) => rowOf(name).value !== undefined)
    .map((name) => `    --${name}) ${bashValue(rowOf(name))} ;;`)
  const byCommand = names.map((name) => {
    const files = argumentOf(name) === 'FILE' ? `; [[ $cur == -* ]] || compopt -o default` : ''
    return `    ${name}) words='${optionsOf(name)
      .map((option) => `--${option}`)
      .join(' ')}'${files} ;;`
  })
  return `${made('#')}

_dialtone() {
  local cur prev command word words
  COMPREPLY=()
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD - 1]}
  case $prev in
${values.join('\n')}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
    ${names.join(' | ')}) command=$word && break ;;
    esac
  done
  case $command in
${byCommand.join('\n')}
    *) words='${names.join(' ')} --help --version' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

complete -F _dialtone dialtone
`
}

function bashValue({ completes }: OptionRow): string {
  if (completes === undefined) return 'return'
  if (completes === 'file') return 'COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames; return'
  if (completes === 'folder') return 'COMPREPLY=($(compgen -d -- "$cur")); compopt -o filenames; return'
  return `COMPREPLY=($(compgen -W '${completes.join(' ')}' -- "$cur")); return`
}

export function zshCompletion(): string {
  const described = names.map((name) => `    ${quoted(`${name}:${zshText(commands[name].summary)}`)}`)
  const byCommand = names.map((name) => {
    const argument = argumentOf(name)
    const rows = optionsOf(name).map((option) => `        ${quoted(zshOption(option))} \\`)
    const rest =
      argument === undefined ? '' : quoted(`1:${argument.toLowerCase()}:${argument === 'FILE' ? '_files' : ''}`)
    return [`      ${name})`, '        _arguments -s -S \\', ...rows, `        ${rest}`, '        ;;']
      .join('\n')
      .replace(/ \\\n +\n/, '\n')
  })
  return `#compdef dialtone
${made('#')}

_dialtone() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${described.join('\n')}
  )
  _arguments -C '--help[${zshText(options.help.help)}]' '--version[${zshText(options.version.help)}]' '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe -t commands 'command' commands ;;
    argument)
      case $words[1] in
${byCommand.join('\n')}
      esac
      ;;
  esac
}

_dialtone "$@"
`
}

/** Colons and brackets have a meaning to _arguments and _describe. */
const zshText = (text: string) => text.replaceAll(/[\\:[\]]/g, String.raw`\$&`)

function zshOption(name: OptionName): string {
  const { value, help, many, completes } = rowOf(name)
  const action =
    completes === 'file'
      ? '_files'
      : completes === 'folder'
        ? '_files -/'
        : completes === undefined
          ? ''
          : `(${completes.map((word) => zshText(word)).join(' ')})`
  const given = value === undefined ? '' : `:${zshText(value.toLowerCase())}:${action}`
  return `${many ? '*' : ''}--${name}[${zshText(help)}]${given}`
}

export function fishCompletion(): string {
  const without = `not __fish_seen_subcommand_from ${names.join(' ')}`
  const lines = names.map(
    (name) => `complete -c dialtone -n ${quoted(without)} -f -a ${name} -d ${quoted(commands[name].summary)}`,
  )
  for (const name of Object.keys(options) as OptionName[]) {
    const { value, help, completes } = rowOf(name)
    const owners = names.filter((command) => optionsOf(command).includes(name))
    const wanted =
      completes === 'file'
        ? ' -r -F'
        : completes === 'folder'
          ? ` -x -a '(__fish_complete_directories)'`
          : completes === undefined
            ? value === undefined
              ? ''
              : ' -x'
            : ` -x -a ${quoted(completes.join(' '))}`
    lines.push(
      `complete -c dialtone -n '__fish_seen_subcommand_from ${owners.join(' ')}' -l ${name} -d ${quoted(help)}${wanted}`,
    )
  }
  for (const name of ['help', 'version'] as const)
    lines.push(`complete -c dialtone -n ${quoted(without)} -l ${name} -d ${quoted(options[name].help)}`)
  const takesFile = names.filter((name) => argumentOf(name) === 'FILE')
  const takesNone = names.filter((name) => !takesFile.includes(name))
  lines.push(`complete -c dialtone -n '__fish_seen_subcommand_from ${takesNone.join(' ')}' -f`)
  return `${made('#')}\n\n${lines.join('\n')}\n`
}
