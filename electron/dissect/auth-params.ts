/** More than anybody sends. */
const longestHeader = 16_384
const mostParams = 32

export interface AuthValue {
  /** In lower case, `digest`. */
  readonly scheme: string
  /** Names in lower case, values without their quotes; of a name that comes twice the first counts. */
  readonly params: ReadonlyMap<string, string>
}

/** The value of one challenge or of one set of credentials (RFC 7616 3.3, 3.4). Linear in its input, never throws. */
export function parseAuth(value: string): AuthValue {
  const text = value.slice(0, longestHeader)
  const scheme = /^\s*([A-Za-z-]{1,40})\s/.exec(text)?.[1] ?? ''
  const params = new Map<string, string>()
  const pair = /([A-Za-z0-9_-]{1,40})\s{0,8}=\s{0,8}(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g
  for (const [, name = '', quoted, token] of text.matchAll(pair)) {
    const key = name.toLowerCase()
    if (params.size < mostParams && !params.has(key))
      params.set(key, quoted === undefined ? (token ?? '') : quoted.replaceAll(/\\(.)/g, '$1'))
  }
  return { scheme: scheme.toLowerCase(), params }
}
