import { accountFields } from './account-fields.ts'
import type { Field } from './field.ts'
import { type Page, pages, phoneFields } from './phone-fields.ts'

/** A setting that fits, and the page it is on. */
export interface Found {
  readonly field: Field
  readonly page: Page | 'account'
}

const most = 30

/** By X-Lite's name or by what the help says of it; those whose name begins with the text come first. */
export function searchSettings(
  text: string,
  labelOf: (field: Field) => string,
  helpOf: (field: Field) => string,
): readonly Found[] {
  const wanted = fold(text)
  if (wanted === '') return []
  const all: Found[] = [
    ...accountFields.map((field) => ({ field, page: 'account' as const })),
    ...pages.flatMap((page) => phoneFields[page].map((field) => ({ field, page }))),
  ]
  return all
    .map((found) => ({ found, rank: rankOf(wanted, fold(labelOf(found.field)), fold(helpOf(found.field))) }))
    .filter(({ rank }) => rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ found }) => found)
}

function rankOf(wanted: string, label: string, help: string): number {
  if (label.startsWith(wanted)) return 0
  if (label.includes(wanted)) return 1
  return help.includes(wanted) ? 2 : 3
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\-_/]+/g, '')
}
