import { useTranslation } from 'react-i18next'
import type { Field } from './field.ts'

interface FieldTexts {
  labelOf(field: Field): string
  helpOf(field: Field): string
  /** Of one value of a choice. */
  nameOf(field: Field, value: string): string
}

/** The words of the fields, which are found by their paths. */
export function useFieldTexts(): FieldTexts {
  const { t, i18n } = useTranslation()
  const text = (key: string) => (i18n.exists(key) ? t(key as 'close') : '')
  return {
    labelOf: ({ label, path }) => label ?? text(`label.${path}`),
    helpOf: ({ path }) => text(`field.${path}`),
    nameOf({ kind, path }, value) {
      const index = kind.type === 'choice' ? kind.values.indexOf(value) : -1
      return (kind.type === 'choice' ? kind.names?.[index] : undefined) ?? text(`choice.${path}.${value}`)
    },
  }
}
