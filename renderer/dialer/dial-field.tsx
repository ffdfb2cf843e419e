import { ClipboardPaste, Delete } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { focusDialField, show, useNavigation } from '../state/navigation.ts'
import { cleanPaste } from './suggestions.ts'
import classes from './dial-field.module.css'

const holdMs = 500

interface DialFieldProps {
  /** The id of the list below, while there is one, and of its chosen row. */
  readonly listId: string | undefined
  readonly chosenId: string | undefined
  readonly hintId: string
  readonly wrong: boolean
  readonly onKey: (event: React.KeyboardEvent<HTMLInputElement>) => void
}

/** Names, numbers, SIP and tel URIs. */
export function DialField({ listId, chosenId, hintId, wrong, onKey }: DialFieldProps) {
  const { t } = useTranslation()
  const text = useNavigation(({ dialText }) => dialText)
  const holding = useRef<ReturnType<typeof setTimeout>>(undefined)

  const paste = () => {
    navigator.clipboard.readText().then(
      (pasted) => {
        show({ dialText: cleanPaste(pasted), byPad: false })
        focusDialField()
      },
      // Without leave to read it the keyboard's own paste still works.
      focusDialField,
    )
  }
  const erase = () => {
    show({ dialText: [...text].slice(0, -1).join('') })
    focusDialField()
  }
  const hold = () => {
    holding.current = setTimeout(() => show({ dialText: '' }), holdMs)
  }

  return (
    <div className={classes['field']} data-wrong={wrong || undefined}>
      <input
        className={classes['input']}
        data-dial-field
        data-long={text.length > 20 || undefined}
        type="text"
        role="combobox"
        aria-label={t('dial.field')}
        aria-expanded={listId !== undefined}
        aria-autocomplete="list"
        {...(listId !== undefined && { 'aria-controls': listId })}
        {...(chosenId !== undefined && { 'aria-activedescendant': chosenId })}
        aria-describedby={hintId}
        aria-invalid={wrong || undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={2048}
        placeholder={t('dial.placeholder')}
        value={text}
        onChange={({ target }) => show({ dialText: target.value, byPad: false })}
        onPaste={(event) => {
          // Into an empty field a number goes without what surrounds it.
          if (text !== '') return
          event.preventDefault()
          show({ dialText: cleanPaste(event.clipboardData.getData('text')), byPad: false })
        }}
        onKeyDown={onKey}
      />
      {text === '' ? (
        <IconButton icon={ClipboardPaste} label={t('dial.paste')} onClick={paste} test="paste" />
      ) : (
        <span onPointerDown={hold} onPointerUp={() => clearTimeout(holding.current)}>
          <IconButton icon={Delete} iconSize={20} label={t('dial.erase')} onClick={erase} test="erase" />
        </span>
      )}
    </div>
  )
}
