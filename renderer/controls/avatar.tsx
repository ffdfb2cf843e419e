import { Network, UserRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { loadPhoto, usePhoto } from '../state/photos.ts'
import type { Party } from '../text/party.ts'
import classes from './avatar.module.css'

const iconSize = { small: 16, medium: 20, big: 32 } as const

/** Their picture; else initials, or a sign: somebody without a name, or an address alone. */
export function Avatar({
  party,
  size = 'small',
  ringing = false,
}: {
  party: Party
  size?: keyof typeof iconSize
  ringing?: boolean
}) {
  const { photo, user, initials } = party
  const url = usePhoto(photo)
  useEffect(() => {
    if (photo !== undefined) void loadPhoto(photo)
  }, [photo?.contactId, photo?.photo])
  const Icon = user === '' ? Network : UserRound
  return (
    <span className={`${classes['avatar']} ${classes[size]}`} data-ringing={ringing || undefined} aria-hidden>
      {initials === '' ? <Icon size={iconSize[size]} /> : initials}
      {url !== undefined && <Picture key={url} url={url} />}
    </span>
  )
}

/** Lies over the initials, which stay in sight where the file turns out to be no picture. */
export function Picture({ url }: { url: string }) {
  const [broken, setBroken] = useState(false)
  if (broken) return null
  return <img src={url} alt="" draggable={false} className={classes['picture']} onError={() => setBroken(true)} />
}
