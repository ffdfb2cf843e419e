/** What a reference needs of TypeScript sources beside the values: comments of rows, results, declared shapes. */

interface RowSource {
  readonly comment: string
  /** TypeScript's text between `gives<` and `>()`; `{}` for void. */
  readonly result: string
}

/** The rows of the method table in contract.ts, by method. */
export function rowSources(source: string): ReadonlyMap<string, RowSource> {
  const rows = new Map<string, RowSource>()
  const pattern = /((?: {2}(?:\/\/|\/\*\*).*\n)*) {2}'([a-z]+\.\w+)': takes\([\s\S]*?\)\.gives<([\s\S]*?)>\(\),\n/g
  for (const [, comment = '', name = '', result = ''] of source.matchAll(pattern))
    rows.set(name, { comment: plain(comment), result: result === 'void' ? '{}' : oneLine(result) })
  return rows
}

/** The fields of an interface with their comments: name -> type and comment. */
export function fieldSources(source: string, name: string): ReadonlyMap<string, RowSource> {
  const fields = new Map<string, RowSource>()
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}\\n`).exec(source)?.[1] ?? ''
  const pattern = /((?: {2}(?:\/\/|\/\*\*).*\n)*) {2}'([a-z]+\.\w+)': (.*)(?:\n|$)/g
  for (const [, comment = '', field = '', type = ''] of body.matchAll(pattern))
    fields.set(field, { comment: plain(comment), result: type.replaceAll('readonly ', '') })
  return fields
}

/** Declarations of interfaces and types, exported or not, as they stand in the source, by name. */
export function declarations(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const pattern =
    /((?:\/\*\*[^\n]*\*\/\n)?)^(?:export )?(interface|type) (\w+)(?:[^{=\n]*\{\n[\s\S]*?\n\}\n| =(?: [^\n]+\n|\n(?: {2}[^\n]*\n)+))/gm
  for (const [text, comment = '', , name = ''] of source.matchAll(pattern))
    found.set(name, `${comment}${text.slice(comment.length).replace('export ', '').replaceAll('readonly ', '')}`.trim())
  return found
}

function plain(comment: string): string {
  return oneLine(comment.replaceAll(/^ *(?:\/\/|\/\*\*)|\*\/$/gm, ''))
}

function oneLine(text: string): string {
  return text
    .replaceAll('readonly ', '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
}
