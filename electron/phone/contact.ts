import type { Photo } from './photo.ts'

/** Somebody in the address book. */
export interface Contact {
  readonly id: number
  readonly name: string
  /** The first one is the one that is called. */
  readonly addresses: readonly ContactAddress[]
  /** 1 to 9; nobody else has it. */
  readonly speedDial?: number
  /** Whether it is shown who is there. */
  readonly watch: boolean
  readonly note?: string
  /** There is a picture of them; another text stands for another picture. */
  readonly photo?: string
}

export interface ContactAddress {
  /** As it would be dialled: a number, `user@host`, a SIP or tel URI. */
  readonly target: string
  readonly label?: string | undefined
}

/** Not in the book yet. */
export interface NewContact extends Omit<Contact, 'id' | 'photo'> {
  readonly picture?: Photo
}

/** What is given of a contact; one that exists keeps the rest. `null` clears. */
export interface ContactPatch {
  readonly id?: number | undefined
  readonly name?: string | undefined
  readonly addresses?: readonly ContactAddress[] | undefined
  readonly speedDial?: number | null | undefined
  readonly watch?: boolean | undefined
  readonly note?: string | null | undefined
}

/** The contact that the patch makes of the one before, or of nothing. */
export function patched(before: NewContact | undefined, patch: ContactPatch): NewContact {
  const speedDial = patch.speedDial === undefined ? before?.speedDial : patch.speedDial
  const note = patch.note === undefined ? before?.note : patch.note
  return {
    name: patch.name ?? before?.name ?? '',
    addresses: patch.addresses ?? before?.addresses ?? [],
    watch: patch.watch ?? before?.watch ?? false,
    ...(typeof speedDial === 'number' && { speedDial }),
    ...(typeof note === 'string' && note !== '' && { note }),
  }
}
