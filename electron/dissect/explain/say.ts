import codesEn from '../../../assets/codes/en.json' with { type: 'json' }
import codesHans from '../../../assets/codes/zh-Hans.json' with { type: 'json' }
import codesHant from '../../../assets/codes/zh-Hant.json' with { type: 'json' }
import en from '../../../assets/findings/en.json' with { type: 'json' }
import hans from '../../../assets/findings/zh-Hans.json' with { type: 'json' }
import hant from '../../../assets/findings/zh-Hant.json' with { type: 'json' }
import { type Finding, findingSections, type FindingValue } from './finding.ts'

/** A finding in words. */
interface Said {
  readonly text: string
  /** What to try, or how to read it; empty when there is nothing to add. */
  readonly advice: string
  /** The section of the standard that has it. */
  readonly section: string
}

interface Texts {
  readonly words: Readonly<Record<string, string>>
  /** What happened; what to try. */
  readonly findings: Readonly<Record<string, readonly string[]>>
  readonly methods: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly params: Readonly<Record<string, string>>
  readonly sdp: Readonly<Record<string, string>>
}

type Codes = Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>

const tables: Readonly<Record<string, { readonly texts: Texts; readonly codes: Codes }>> = {
  en: { texts: en, codes: codesEn.codes },
  'zh-Hant': { texts: hant, codes: codesHant.codes },
  'zh-Hans': { texts: hans, codes: codesHans.codes },
}

const tableOf = (language: string) => tables[language] ?? { texts: en as Texts, codes: codesEn.codes as Codes }

/** `language`: `en`, `zh-Hant` or `zh-Hans`; English for any other. */
export function say({ name, values }: Finding, language: string): Said {
  const { texts, codes } = tableOf(language)
  const { meaning = '', remedy = '' } = codeText(codes, values['code']) ?? {}
  const all = { ...values, meaning, remedy }
  const [text = '', advice = ''] = texts.findings[name] ?? []
  return { text: filled(text, all, texts), advice: filled(advice, all, texts), section: findingSections[name] }
}

/** What a status means, as a clause; empty for none that is known. */
export function meaningOf(code: number, language: string): string {
  return codeText(tableOf(language).codes, code)?.meaning ?? ''
}

/** What a request of this method asks for, a header or a parameter is there for, what a line of SDP means; empty when nobody knows it. */
export function explained(what: 'methods' | 'headers' | 'params' | 'sdp', name: string, language: string): string {
  const table = tableOf(language).texts[what]
  return Object.hasOwn(table, name) ? (table[name] ?? '') : ''
}

/** RFC 3261 8.1.3.2: one that nobody knows means what the x00 of its class does. */
function codeText(codes: Codes, code: FindingValue | undefined): Codes[string] | undefined {
  if (typeof code !== 'number') return undefined
  return codes[String(code)] ?? codes[String(Math.floor(code / 100) * 100)]
}

function filled(template: string, values: Readonly<Record<string, FindingValue>>, { words }: Texts): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string, at: number) => {
    const value = values[name] ?? ''
    if (typeof value !== 'object') return String(value)
    const word = words[value.word] ?? ''
    return at === 0 ? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}` : word
  })
}
