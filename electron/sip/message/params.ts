import { isToken, quotedEnd, splitOutside, trimBlanks } from './grammar.ts'

/** `;name=value` of URIs and headers. `value` is as written, a quoted-string with its quotes; absent for a bare flag. */
export interface Param {
  readonly name: string
  readonly value?: string
}

/**
 * Parameters out of what follows the URI or the first part of a header: empty, or starting with `;`. Null if it is
 * anything else. NOTE: empty ones (`;;`) are passed over, as some phones end their Contact with a semicolon.
 */
export function parseParams(text: string): Param[] | null {
  const rest = trimBlanks(text)
  if (rest === '') return []
  if (!rest.startsWith(';')) return null
  const params: Param[] = []
  for (const part of splitOutside(rest.slice(1), ';')) {
    const written = trimBlanks(part)
    if (written === '') continue
    const param = parseParam(written)
    if (!param) return null
    params.push(param)
  }
  return params
}

export function formatParams(params: readonly Param[]): string {
  return params.map(({ name, value }) => (value === undefined ? `;${name}` : `;${name}=${value}`)).join('')
}

/** The value of a parameter, '' for a bare flag, undefined if it is not there. Names compare without case. */
export function param(params: readonly Param[], name: string): string | undefined {
  const found = params.find((candidate) => sameParam(candidate, name))
  return found && (found.value ?? '')
}

/** With the parameter set in its place, or at the end; `value` undefined writes a bare flag. */
export function withParam(params: readonly Param[], name: string, value?: string): Param[] {
  const set: Param = value === undefined ? { name } : { name, value }
  const at = params.findIndex((candidate) => sameParam(candidate, name))
  return at < 0 ? [...params, set] : params.with(at, set)
}

export function withoutParam(params: readonly Param[], name: string): Param[] {
  return params.filter((candidate) => !sameParam(candidate, name))
}

function parseParam(written: string): Param | null {
  const equals = written.indexOf('=')
  if (equals < 0) return isParamName(written) ? { name: written } : null
  const name = trimBlanks(written.slice(0, equals))
  const value = trimBlanks(written.slice(equals + 1))
  return isParamName(name) && isParamValue(value) ? { name, value } : null
}

/** A token, or what a URI parameter may hold beyond that (RFC 3261 25.1 paramchar). */
function isParamName(text: string): boolean {
  return isToken(text) || /^[A-Za-z0-9\-.!%*_+`'~()[\]/:&$]+$/.test(text)
}

function isParamValue(text: string): boolean {
  if (text.startsWith('"')) return quotedEnd(text, 0) === text.length
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
  return !/[\u0000-\u0020\u007f"<>;,]/.test(text)
}

function sameParam(candidate: Param, name: string): boolean {
  return candidate.name === name || candidate.name.toLowerCase() === name.toLowerCase()
}
