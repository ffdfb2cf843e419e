import {
  dialogInfoType,
  lampOf,
  receiveDialogInfo,
  ringingOf,
  unlit,
  type LampState,
  type RingingDialog,
} from './dialog-info.ts'
import { parsePidf, pidfType, type PresenceStatus } from './pidf.ts'
import type { Notify } from './ports.ts'
import type { PresenceKind } from './shapes.ts'

/** What is known of somebody who is watched. */
interface Seen {
  readonly state: PresenceStatus | LampState | 'unknown'
  readonly note?: string
}

export const packages: Readonly<Record<PresenceKind, { readonly event: string; readonly accept: readonly string[] }>> =
  {
    presence: { event: 'presence', accept: [pidfType] },
    dialog: { event: 'dialog', accept: [dialogInfoType] },
  }

export const unseen: Seen = { state: 'unknown' }

/** Reads one NOTIFY after the other. */
export interface Watcher {
  readonly seen: Seen
  /** A call that rings there, with all that is known of it. */
  readonly ringing?: RingingDialog | undefined
  /** False: it cannot be understood without what is missing; all of it has to be told anew. */
  read(notify: Notify): boolean
}

export function watcherOf(kind: PresenceKind): Watcher {
  return kind === 'presence' ? new PresenceWatcher() : new LampWatcher()
}

class PresenceWatcher implements Watcher {
  seen: Seen = unseen

  read({ body, subscription }: Notify): boolean {
    if (body === '') {
      // A server that knows nothing of somebody says so with an empty NOTIFY. Before it may tell, it means nothing.
      if (subscription.state === 'active') this.seen = { state: 'offline' }
      return true
    }
    const presence = parsePidf(body)
    if (presence === undefined) return true
    const { status: state, note } = presence
    this.seen = note === undefined ? { state } : { state, note }
    return true
  }
}

class LampWatcher implements Watcher {
  seen: Seen = unseen
  #lamp = unlit

  get ringing(): RingingDialog | undefined {
    return this.seen.state === 'ringing' ? ringingOf(this.#lamp) : undefined
  }

  read({ body, subscription }: Notify): boolean {
    if (body === '') {
      if (subscription.state === 'active') this.seen = { state: 'idle' }
      return true
    }
    const lamp = receiveDialogInfo(this.#lamp, body)
    if (lamp === undefined) return false
    this.#lamp = lamp
    this.seen = { state: lampOf(lamp) }
    return true
  }
}
