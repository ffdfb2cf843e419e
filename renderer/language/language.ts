import type { Settings } from '../../electron/ipc/contract.ts'

/** The languages the window speaks, as BCP 47 names them. */
export const languages = ['en', 'zh-Hant', 'zh-Hans'] as const
export type Language = (typeof languages)[number]

type Chosen = Settings['ui']['language']

/** The language to speak: the chosen one, else the first of the system's that is spoken here, else English. */
export function languageFor(chosen: Chosen, system: readonly string[]): Language {
  if (chosen === 'en') return 'en'
  if (chosen === 'zh-TW') return 'zh-Hant'
  if (chosen === 'zh-CN') return 'zh-Hans'
  for (const tag of system) {
    const lower = tag.toLowerCase()
    if (lower.startsWith('en')) return 'en'
    if (!lower.startsWith('zh')) continue
    return /hant|-tw|-hk|-mo/.test(lower) ? 'zh-Hant' : 'zh-Hans'
  }
  return 'en'
}
