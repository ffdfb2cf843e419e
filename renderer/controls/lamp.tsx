import type { ReactNode } from 'react'
import classes from './lamp.module.css'

export type LampState = 'ok' | 'busy' | 'ring' | 'held' | 'work' | 'fail' | 'dnd' | 'off'

/** One shape for each state, so that colour is never the only sign. */
const shapes: Readonly<Record<LampState, ReactNode>> = {
  ok: <circle cx="8" cy="8" r="6.5" fill="currentColor" />,
  busy: <rect x="2" y="2" width="12" height="12" rx="2" fill="currentColor" />,
  dnd: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <rect x="4" y="7" width="8" height="2" fill="var(--lamp-ground, var(--bg))" />
    </>
  ),
  ring: <path d="M8 .8 15.2 8 8 15.2.8 8Z" fill="currentColor" />,
  held: (
    <>
      <rect x="2.5" y="1.5" width="4" height="13" rx="1" fill="currentColor" />
      <rect x="9.5" y="1.5" width="4" height="13" rx="1" fill="currentColor" />
    </>
  ),
  work: (
    <circle
      cx="8"
      cy="8"
      r="5.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeDasharray="26 11"
      transform="rotate(-70 8 8)"
    />
  ),
  fail: (
    <>
      <path d="M8 .9 15.6 14.6H.4Z" fill="currentColor" />
      <path d="M8 6v4" stroke="var(--lamp-ground, var(--bg))" strokeWidth="1.8" />
      <circle cx="8" cy="12.3" r="1" fill="var(--lamp-ground, var(--bg))" />
    </>
  ),
  off: <circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" strokeWidth="1.8" strokeDasharray="3 2.6" />,
}

/** `label` is read aloud; without one the words beside the lamp have to say it. */
export function Lamp({ state, size = 12, label }: { state: LampState; size?: 12 | 14 | 16; label?: string }) {
  return (
    <svg
      className={`${classes['lamp']} ${classes[state]}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {shapes[state]}
      {state === 'ring' && (
        <path className={classes['still']} d="M8-3 19 8 8 19-3 8Z" fill="none" stroke="currentColor" />
      )}
    </svg>
  )
}
