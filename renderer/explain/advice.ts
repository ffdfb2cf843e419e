import en from '../../assets/codes/en.json'
import hans from '../../assets/codes/zh-Hans.json'
import hant from '../../assets/codes/zh-Hant.json'

/** What an answer or a failure means, and what to try. */
export interface Advice {
  readonly meaning: string
  readonly remedy: string
}

type Table = Readonly<Record<string, Advice>>
const tables: Readonly<Record<string, { readonly codes: Table; readonly failures: Table }>> = {
  en,
  'zh-Hant': hant,
  'zh-Hans': hans,
}

/** Of a SIP status. RFC 3261 8.1.3.2: one that nobody knows means what the x00 of its class does. */
export function adviceOnStatus(status: number, language: string): Advice | undefined {
  const known: Table = (tables[language] ?? en).codes
  return known[String(status)] ?? known[String(Math.floor(status / 100) * 100)]
}

/** Of a failure of our own: the contract's error codes, and how calls end without an answer. */
export function adviceOnFailure(code: string, language: string): Advice | undefined {
  const known: Table = (tables[language] ?? en).failures
  return known[code]
}
