import './theme/global.css'
import { createRoot } from 'react-dom/client'
import { startLanguage, systemLanguage } from './language/i18n.ts'
import { languages } from './language/language.ts'
import { startSession } from './state/session.ts'
import { languageKey, Window } from './window.tsx'

const remembered = languages.find((language) => language === localStorage.getItem(languageKey))
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no root')
await startLanguage(remembered ?? systemLanguage())
startSession()
createRoot(root).render(<Window />)
