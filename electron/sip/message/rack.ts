import { parseDigits, trimBlanks } from './grammar.ts'

/** What a PRACK acknowledges (RFC 3262 7.2). */
interface RAck {
  readonly rseq: number
  readonly cseq: number
  readonly method: string
}

/** Null for what the grammar does not allow. */
export function parseRAck(text: string): RAck | null {
  const [rseqText = '', cseqText = '', method = '', ...rest] = trimBlanks(text).split(/[ \t]+/)
  const rseq = parseRSeq(rseqText)
  const cseq = parseDigits(cseqText, 2 ** 31 - 1)
  return rseq === null || cseq === null || method === '' || rest.length > 0 ? null : { rseq, cseq, method }
}

/** RFC 3262 7.1: from 1 to 2**32 - 1. */
export function parseRSeq(text: string): number | null {
  const rseq = parseDigits(trimBlanks(text), 2 ** 32 - 1)
  return rseq === 0 ? null : rseq
}
