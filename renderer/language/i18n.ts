import { createInstance } from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from '../../assets/translations/en.json'
import hans from '../../assets/translations/zh-Hans.json'
import hant from '../../assets/translations/zh-Hant.json'
import { languageFor, type Language } from './language.ts'

const translations = createInstance()

/** All three languages are in the bundle: changing one needs no restart and no load. */
export async function startLanguage(language: Language): Promise<void> {
  await translations.use(initReactI18next).init({
    resources: { en: { translation: en }, 'zh-Hant': { translation: hant }, 'zh-Hans': { translation: hans } },
    lng: language,
    fallbackLng: 'en',
    // React escapes; a second escaping would show `&amp;`.
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  document.documentElement.lang = language
}

export function speak(language: Language): void {
  document.documentElement.lang = language
  if (translations.language !== language) void translations.changeLanguage(language)
}

export function systemLanguage(): Language {
  return languageFor('auto', navigator.languages)
}
