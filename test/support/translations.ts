import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../assets/translations')

/** The texts of each language by their dotted keys. */
export function readTranslations(): Record<'en' | 'zh-Hant' | 'zh-Hans', Map<string, string>> {
  const read = (language: string) =>
    new Map(leaves(JSON.parse(readFileSync(`${folder}/${language}.json`, 'utf8')) as Record<string, unknown>, ''))
  return { en: read('en'), 'zh-Hant': read('zh-Hant'), 'zh-Hans': read('zh-Hans') }
}

function leaves(tree: Record<string, unknown>, path: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value]] : leaves(value as Record<string, unknown>, `${path}${key}.`),
  )
}
