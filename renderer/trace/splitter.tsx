import { useRef } from 'react'
import classes from './splitter.module.css'

const step = 16
const farStep = 64

/** The border of a pane: dragged, or moved by arrow keys (`Shift`: further), `Home`, `End`; a double click puts it back. */
export function Splitter({
  label,
  value,
  least,
  most,
  usual,
  grows,
  onChange,
  test,
}: {
  label: string
  /** Width of the pane, px. */
  value: number
  least: number
  most: number
  usual: number
  /** Of which side of it the pane is. */
  grows: 'right' | 'left'
  onChange: (value: number) => void
  test: string
}) {
  const began = useRef<{ readonly x: number; readonly value: number } | undefined>(undefined)
  const turn = grows === 'right' ? 1 : -1
  const set = (wanted: number) => onChange(Math.round(Math.min(most, Math.max(least, wanted))))
  const onKeyDown = (event: React.KeyboardEvent) => {
    const far = event.shiftKey ? farStep : step
    const wanted = {
      ArrowRight: value + turn * far,
      ArrowLeft: value - turn * far,
      Home: least,
      End: most,
      Enter: usual,
    }[event.key]
    if (wanted === undefined) return
    event.preventDefault()
    set(wanted)
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className={classes['splitter']}
      data-test={test}
      onKeyDown={onKeyDown}
      onDoubleClick={() => set(usual)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        began.current = { x: event.clientX, value }
      }}
      onPointerMove={({ clientX }) => {
        if (began.current !== undefined) set(began.current.value + turn * (clientX - began.current.x))
      }}
      onPointerUp={() => (began.current = undefined)}
      onPointerCancel={() => (began.current = undefined)}
    />
  )
}
