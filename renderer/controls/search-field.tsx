import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useEscape } from '../shell/escape.ts'
import { keysFor } from '../shell/shortcuts.ts'
import { IconButton } from './button.tsx'
import { Keys } from './keys.tsx'
import classes from './search-field.module.css'

const typingMs = 120

interface SearchFieldProps {
  /** What is looked for now, by this field or by others. */
  readonly search: string
  readonly label: string
  readonly clearLabel: string
  /** Whether its keys are shown while it is empty. */
  readonly keys: boolean
  /** Where it stands. */
  readonly className: string | undefined
  readonly onSearch: (text: string) => void
}

/** A field to search with: looks once the fingers rest, emptied by its button or Escape. */
export function SearchField({ search, label, clearLabel, keys, className, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(search)
  /** What this field has looked for itself: only what others look for takes the place of what is being typed. */
  const own = useRef(search)
  const look = (search: string) => {
    own.current = search
    onSearch(search)
  }
  useEffect(() => {
    if (search === own.current) return
    own.current = search
    setText(search)
  }, [search])
  useEffect(() => {
    if (text === search) return undefined
    const timer = setTimeout(() => look(text), typingMs)
    return () => clearTimeout(timer)
  }, [text, search])
  const clear = () => {
    setText('')
    look('')
  }
  useEscape(text !== '', clear)
  return (
    <div className={`${classes['search']} ${className ?? ''}`}>
      <Search size={16} />
      <input
        data-search-field
        type="text"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {text === '' ? (
        keys && <Keys keys={keysFor('search')} />
      ) : (
        <IconButton icon={X} iconSize={16} label={clearLabel} onClick={clear} />
      )}
    </div>
  )
}
