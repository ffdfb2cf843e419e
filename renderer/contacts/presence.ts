import type { Contact, PresenceEntry } from '../../electron/ipc/contract.ts'
import type { LampState } from '../controls/lamp.tsx'

/** How somebody who is watched is shown: `presence.WORDS` of the translations. */
export interface Shown {
  readonly lamp: LampState
  readonly words:
    | 'ringing'
    | 'inCall'
    | 'free'
    | 'online'
    | 'away'
    | 'busy'
    | 'dnd'
    | 'offline'
    | 'asking'
    | 'pending'
    | 'unknown'
    | 'notTold'
  /** Of `notTold`: what the server answered. */
  readonly code?: number
}

const presence = {
  online: { lamp: 'ok', words: 'online' },
  away: { lamp: 'held', words: 'away' },
  busy: { lamp: 'busy', words: 'busy' },
  dnd: { lamp: 'dnd', words: 'dnd' },
  offline: { lamp: 'off', words: 'offline' },
} as const satisfies Record<string, Shown>

/** A phone that rings or is in a call says more than what its owner published; undefined: nobody is watching. */
export function presenceOf(target: string | undefined, entries: readonly PresenceEntry[]): Shown | undefined {
  const own = entries.filter((entry) => entry.target === target)
  if (own.length === 0) return undefined
  const active = own.filter(({ subscription }) => subscription === 'active')
  const dialog = active.find(({ kind }) => kind === 'dialog')
  if (dialog?.state === 'ringing') return { lamp: 'ring', words: 'ringing' }
  if (dialog?.state === 'busy') return { lamp: 'busy', words: 'inCall' }
  const told = active.find(({ kind }) => kind === 'presence')?.state
  if (told !== undefined && told in presence) return presence[told as keyof typeof presence]
  if (dialog?.state === 'idle') return { lamp: 'ok', words: 'free' }
  if (own.some(({ subscription }) => subscription === 'subscribing')) return { lamp: 'work', words: 'asking' }
  if (own.some(({ subscription }) => subscription === 'pending')) return { lamp: 'work', words: 'pending' }
  const failed = own.find(({ subscription, code }) => subscription === 'failed' && code !== undefined)
  if (failed?.code !== undefined) return { lamp: 'off', words: 'notTold', code: failed.code }
  return { lamp: 'off', words: 'unknown' }
}

/** The target whose ringing call can be taken, of somebody in the address book. */
export function takeable({ addresses }: Contact, entries: readonly PresenceEntry[]): string | undefined {
  return entries.find(({ target, pickUp }) => pickUp !== undefined && addresses.some((one) => one.target === target))
    ?.target
}
