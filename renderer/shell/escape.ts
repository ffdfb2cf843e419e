import { useEffect, useRef } from 'react'

/** What `Esc` closes, the topmost last. It never ends a call that talks. */
const open: (() => void)[] = []

/** While `active`, `Esc` calls `close` if nothing newer is open. */
export function useEscape(active: boolean, close: () => void): void {
  const latest = useRef(close)
  latest.current = close
  useEffect(() => {
    if (!active) return undefined
    const entry = () => latest.current()
    open.push(entry)
    return () => void open.splice(open.indexOf(entry), 1)
  }, [active])
}

/** Closes the topmost thing; false when nothing was open. */
export function closeTopmost(): boolean {
  const close = open.at(-1)
  close?.()
  return close !== undefined
}
