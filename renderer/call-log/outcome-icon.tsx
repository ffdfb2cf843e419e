import { PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing } from 'lucide-react'
import type { Outcome } from './outcome.ts'
import classes from './call-log.module.css'

const icons = {
  outgoing: PhoneOutgoing,
  incoming: PhoneIncoming,
  missed: PhoneMissed,
  failed: PhoneOff,
  elsewhere: PhoneIncoming,
} as const

/** Direction and result; the second line says the same in words. */
export function OutcomeIcon({ outcome }: { outcome: Outcome }) {
  const Icon = icons[outcome.kind]
  const red = outcome.kind === 'missed' || outcome.kind === 'failed'
  return (
    <span className={classes['icon']} data-red={red || undefined} aria-hidden>
      <Icon size={16} />
    </span>
  )
}
