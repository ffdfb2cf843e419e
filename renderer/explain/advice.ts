import en from '../../assets/codes/en.json' with { type: 'json' }
import hans from '../../assets/codes/zh-Hans.json' with { type: 'json' }
import hant from '../../assets/codes/zh-Hant.json' with { type: 'json' }

/** What an answer or a failure means, and what to try. */
interface Advice {
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
  return asSentence(known[String(status)] ?? known[String(Math.floor(status / 100) * 100)], language)
}

/** Of a failure of our own: the contract's error codes, and how calls end without an answer. */
export function adviceOnFailure(code: string, language: string): Advice | undefined {
  const known: Table = (tables[language] ?? en).failures
  return asSentence(known[code], language)
}

/** The table's meanings are clauses, for the command line to go on after them. */
function asSentence(advice: Advice | undefined, language: string): Advice | undefined {
  if (advice === undefined) return undefined
  const [first = '', ...rest] = advice.meaning
  return { ...advice, meaning: `${first.toUpperCase()}${rest.join('')}${language.startsWith('zh') ? '。' : '.'}` }
}
