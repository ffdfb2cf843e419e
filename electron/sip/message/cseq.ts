import { isToken, parseDigits, trimBlanks } from './grammar.ts'

/** RFC 3261 20.16 */
export interface CSeq {
  readonly number: number
  readonly method: string
}

/** RFC 3261 8.1.1.5: less than 2^31. */
const maxCSeq = 2 ** 31 - 1

export function parseCSeq(value: string): CSeq | null {
  const text = trimBlanks(value)
  const gap = text.search(/[ \t]/)
  if (gap < 0) return null
  const number = parseDigits(text.slice(0, gap), maxCSeq)
  const method = trimBlanks(text.slice(gap))
  return number !== null && isToken(method) ? { number, method } : null
}

export function formatCSeq({ number, method }: CSeq): string {
  return `${number} ${method}`
}
