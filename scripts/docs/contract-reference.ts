import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorCodes, methods } from '../../electron/ipc/contract.ts'
import { accountSchema } from '../../electron/phone/account.ts'
import { settingsSchema } from '../../electron/phone/settings.ts'
import { schemaText } from './schema-text.ts'
import { declarations, fieldSources, rowSources } from './source-text.ts'

/** docs/contract.md: parameters of the schemas, results and comments of the source, shapes as they are declared. */

const sourceOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Where the shapes are declared, the first that has a name wins. */
const places = [
  'electron/ipc/contract.ts',
  'electron/ipc/error-codes.ts',
  ...globSync('electron/phone/*.ts', { cwd: root }).sort(),
  'electron/dissect/digest.ts',
  'electron/dissect/rtcp-reports.ts',
  'electron/dissect/rtp-streams.ts',
  'native/protocol.ts',
]
/** Written from their schemas. */
const fromSchemas = ['Settings']

export function contractReference(): string {
  const contract = sourceOf('electron/ipc/contract.ts')
  const rows = rowSources(contract)
  const notifications = fieldSources(contract, 'Notifications')
  const declared = new Map(places.toReversed().flatMap((place) => [...declarations(sourceOf(place))]))
  const lines: string[] = [...introduction]
  const used: string[] = []

  lines.push('', '## Methods', '')
  let room = ''
  for (const [name, { params, paths }] of Object.entries(methods)) {
    const row = rows.get(name)
    if (row === undefined) throw new Error(`the source of ${name} was not understood`)
    const [prefix = ''] = name.split('.')
    if (prefix !== room) lines.push(...(room === '' ? [] : ['']), `### ${prefix}`, '')
    room = prefix
    used.push(row.result)
    lines.push(`- **\`${name}\`** \`${schemaText(params)}\` → \`${row.result}\``)
    if (paths.length > 0) lines.push(`  <br>Only on stdio: ${paths.map((path) => `\`${path}\``).join(', ')}.`)
    if (row.comment !== '') lines.push(`  <br>${row.comment}`)
  }

  lines.push('', '## Notifications', '')
  for (const [name, { result, comment }] of notifications) {
    used.push(result)
    lines.push(`- **\`${name}\`** \`${result}\``)
    if (comment !== '') lines.push(`  <br>${comment}`)
  }

  lines.push('', '## Errors', '', ...errors, '', errorCodes.map((code) => `\`${code}\``).join(', '), '')
  lines.push('## Shapes', '')
  lines.push('`?` may be absent. Everything is plain JSON; times are ISO 8601 in UTC.', '')
  lines.push('```ts', `Settings = ${schemaText(settingsSchema, '')}`, '```', '')
  lines.push('```ts', `Account = AccountSettings & { id: string; hasPassword: boolean }`, '')
  lines.push(`AccountSettings = ${schemaText(accountSchema, '')}`, '```', '')
  for (const name of reachable(['ErrorData', ...used], declared))
    lines.push('```ts', declared.get(name) ?? '', '```', '')
  return `${lines.join('\n').trimEnd()}\n`
}

const introduction = [
  '# The contract: one API on three carriers',
  '',
  '<!-- Made by `npm run docs` from electron/ipc/contract.ts; do not edit. -->',
  '',
  'JSON-RPC 2.0. The same methods and notifications on `dialtone rpc` (one object a line on stdin and stdout), on the',
  'WebSocket of `dialtone serve`, and on Electron’s IPC. Parameters are named; an unknown one is refused. Behind a type',
  'stands its range: `string(1..256)` has 1 to 256 characters, `integer(0..60)` lies between the two. Durations are',
  'milliseconds unless the name says otherwise. Ready line, exit codes and options of the command: `dialtone --help`.',
]

const errors = [
  '`error.message` is for people, `error.data.code` is stable and for programs; `data.field` names what is wrong of',
  '`invalid-params`, `data.sipCode` and `data.reason` are the peer’s answer of `rejected`. The codes:',
]

/** The declared shapes that these texts speak of, and those that they speak of, in order of appearance. */
function reachable(texts: readonly string[], declared: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = []
  const waiting = [...texts]
  for (let text = waiting.shift(); text !== undefined; text = waiting.shift())
    for (const [name] of text.replaceAll(/\/\*\*.*?\*\//g, '').matchAll(/\b[A-Z]\w+/g)) {
      const declaration = declared.get(name)
      if (declaration === undefined || found.includes(name) || fromSchemas.includes(name) || name === 'Account')
        continue
      found.push(name)
      waiting.push(declaration)
    }
  return found
}
