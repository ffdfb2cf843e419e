import { child, childrenOf, parseXml, type XmlElement } from './xml.ts'

/** Dialog states (RFC 4235), what busy lamps are lit by. Pure; never throws. */

export const dialogInfoType = 'application/dialog-info+xml'

export type LampState = 'idle' | 'ringing' | 'busy'

export interface Lamp {
  /** RFC 4235 4.1.1: undefined before the first document. */
  readonly version: number | undefined
  /** The dialogs that are not over, by their id. */
  readonly dialogs: ReadonlyMap<string, DialogState>
}

/** Somebody's phone rings: what the document says of that dialog, from their side. */
export interface RingingDialog {
  readonly callId: string | undefined
  readonly localTag: string | undefined
  readonly remoteTag: string | undefined
  /** Where the caller is reached, else who it is. */
  readonly target: string | undefined
}

interface DialogState extends RingingDialog {
  readonly state: 'trying' | 'proceeding' | 'early' | 'confirmed'
  readonly direction: 'initiator' | 'recipient' | undefined
}

export const unlit: Lamp = { version: undefined, dialogs: new Map() }

/** Nobody has more calls than these. */
const mostDialogs = 64

/**
 * The lamp after this document. Unchanged by an old one; undefined where it cannot be read, or where one before it is
 * missing: then all of it has to be asked for anew (RFC 4235 4.3).
 */
export function receiveDialogInfo(lamp: Lamp, body: string): Lamp | undefined {
  const root = parseXml(body)
  const version = Number(root?.attributes.get('version') ?? Number.NaN)
  if (root?.name !== 'dialog-info' || !Number.isSafeInteger(version) || version < 0) return undefined
  const full = root.attributes.get('state') !== 'partial'
  const known = lamp.version
  // NOTE: a notifier that begins to count anew with a full document has been started anew; the RFC would pass it over.
  if (!full && known !== undefined && version <= known) return lamp
  if (!full && version !== (known === undefined ? 0 : known + 1)) return undefined
  const dialogs = new Map(full ? [] : lamp.dialogs)
  for (const [index, dialog] of childrenOf(root, 'dialog').entries()) {
    const id = dialog.attributes.get('id') ?? String(index)
    const state = stateOf(dialog)
    if (state === undefined) dialogs.delete(id)
    else if (dialogs.size < mostDialogs) dialogs.set(id, state)
  }
  return { version, dialogs }
}

/** Busy as soon as anything is said or dialled, ringing while somebody only calls. */
export function lampOf({ dialogs }: Lamp): LampState {
  const states = [...dialogs.values()]
  const rings = ({ state, direction }: DialogState) => state !== 'confirmed' && direction !== 'initiator'
  if (states.some((state) => !rings(state))) return 'busy'
  return states.some(rings) ? 'ringing' : 'idle'
}

/** The first call that rings there. */
export function ringingOf({ dialogs }: Lamp): RingingDialog | undefined {
  return [...dialogs.values()].find(({ state, direction }) => state === 'early' && direction === 'recipient')
}

function stateOf(dialog: XmlElement): DialogState | undefined {
  const state = child(dialog, 'state')?.text.toLowerCase()
  const named = dialog.attributes.get('direction')
  const direction = named === 'initiator' || named === 'recipient' ? named : undefined
  if (state === 'trying' || state === 'proceeding' || state === 'early' || state === 'confirmed') {
    const remote = child(dialog, 'remote')
    return {
      state,
      direction,
      callId: dialog.attributes.get('call-id'),
      localTag: dialog.attributes.get('local-tag'),
      remoteTag: dialog.attributes.get('remote-tag'),
      target: child(remote, 'target')?.attributes.get('uri') ?? child(remote, 'identity')?.text,
    }
  }
  return undefined
}
