/** The small grammar that SIP headers share (RFC 3261 25.1). Every function is linear in its input and never throws. */

const tokenPattern = /^[A-Za-z0-9\-.!%*_+`'~]+$/

export function isToken(text: string): boolean {
  return tokenPattern.test(text)
}

/** Without SP and HTAB at both ends; unlike `trim` it leaves other Unicode blanks alone, which may belong to a name. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** A number written in digits alone, leading zeros allowed (RFC 3261 7.3.1), at most `max`; else null. */
export function parseDigits(text: string, max: number): number | null {
  if (!/^[0-9]+$/.test(text)) return null
  const value = Number(text)
  return value <= max ? value : null
}

/** Where the quoted-string that opens at `start` ends: the index after its closing quote, or -1 if it never closes. */
export function quotedEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const character = text[index]
    if (character === '\\') index++
    else if (character === '"') return index + 1
  }
  return -1
}

/** Parts between `separator`s that stand neither in quotes nor in <>; an unclosed quote or bracket runs to the end. */
export function splitOutside(text: string, separator: ',' | ';'): string[] {
  if (!text.includes(separator)) return [text]
  if (!text.includes('"') && !text.includes('<')) return text.split(separator)
  const parts: string[] = []
  let start = 0
  let inAngle = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (inAngle) {
      if (character === '>') inAngle = false
    } else if (character === '"') {
      const end = quotedEnd(text, index)
      if (end < 0) break
      index = end - 1
    } else if (character === '<') {
      inAngle = true
    } else if (character === separator) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** The content of a quoted-string, its backslashes undone; any other text comes back as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  return text.slice(1, -1).replace(/\\(.)/gs, '$1')
}

/** `text` as a quoted-string; line ends, which no header may carry, become blanks. */
export function quote(text: string): string {
  return `"${text.replace(/[\r\n]+/g, ' ').replace(/["\\]/g, '\\$&')}"`
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
