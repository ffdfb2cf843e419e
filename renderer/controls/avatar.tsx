import { Network, UserRound } from 'lucide-react'
import type { Party } from '../text/party.ts'
import classes from './avatar.module.css'

const iconSize = { small: 16, medium: 20, big: 32 } as const

/** Initials, or a sign: somebody without a name, or an address alone. */
export function Avatar({
  party,
  size = 'small',
  ringing = false,
}: {
  party: Party
  size?: keyof typeof iconSize
  ringing?: boolean
}) {
  const Icon = party.user === '' ? Network : UserRound
  return (
    <span className={`${classes['avatar']} ${classes[size]}`} data-ringing={ringing || undefined} aria-hidden>
      {party.initials === '' ? <Icon size={iconSize[size]} /> : party.initials}
    </span>
  )
}
