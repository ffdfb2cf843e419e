import type { Party } from '../text/party.ts'
import { Avatar } from './avatar.tsx'
import { Lamp, type LampState } from './lamp.tsx'
import classes from './avatar.module.css'

/** Somebody with the lamp of whether they are free, if they are watched. The words beside it say the same. */
export function Face({ party, lamp }: { party: Party; lamp: LampState | undefined }) {
  return (
    <span className={classes['face']}>
      <Avatar party={party} />
      {lamp !== undefined && (
        <span className={classes['lamp']}>
          <Lamp state={lamp} />
        </span>
      )}
    </span>
  )
}
