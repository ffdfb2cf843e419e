import { MantineProvider, localStorageColorSchemeManager, useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { App } from './app.tsx'
import { speak } from './language/i18n.ts'
import { languageFor } from './language/language.ts'
import { usePhone } from './state/phone.ts'
import { cssVariablesResolver, theme } from './theme/theme.ts'

/** Remembered in the page, so that the next start shows the right scheme before the phone has answered. */
const schemes = localStorageColorSchemeManager({ key: 'dialtone-scheme' })

export function Window() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <Look />
      <App />
    </MantineProvider>
  )
}

export const languageKey = 'dialtone-language'

/** Language and scheme follow the settings at once. */
function Look() {
  const ui = usePhone(({ settings }) => settings?.ui)
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (ui === undefined) return
    const language = languageFor(ui.language, navigator.languages)
    localStorage.setItem(languageKey, language)
    speak(language)
    setColorScheme(ui.theme)
  }, [ui?.language, ui?.theme])
  return null
}
