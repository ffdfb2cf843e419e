import { Tooltip } from '@mantine/core'
import classes from './address.module.css'

/** Characters of the user part that always stay readable at its end. */
const tail = 4
/** A host longer than a name can be is an attack on the layout, not an address. */
const longestHost = 96

/** An address that gives way in the middle of its user part: host and port stay. */
export function Address({ address, className = '' }: { address: string; className?: string }) {
  const at = address.lastIndexOf('@')
  const user = at < 0 ? '' : address.slice(0, at)
  const host = at < 0 ? address : address.slice(at)
  const split = Math.max(0, user.length - tail)
  const shortHost = host.length > longestHost ? `${host.slice(0, 40)}\u2026${host.slice(-40)}` : host
  return (
    <Tooltip label={<bdi className={classes['whole']}>{address}</bdi>} disabled={address.length < 28}>
      <bdi className={`${classes['address']} ${className}`} dir="ltr">
        <span className={classes['give']}>{user.slice(0, split)}</span>
        <span className={classes['keep']}>
          {user.slice(split)}
          {shortHost}
        </span>
      </bdi>
    </Tooltip>
  )
}
