import { dialogId, dialogKey } from '../dialog/dialog-id.ts'
import type { Dialog } from '../dialog/dialog.ts'
import type { Header, SipRequest } from '../message/message.ts'
import type { Endpoint, OutgoingRequest, SendResult } from '../transaction-user.ts'
import type { InboundRequest } from './inbound.ts'
import type { Path } from './network.ts'

/** An INVITE of ours, as its dialog sees it. */
export interface OwnInvite {
  /** `open`: no final response yet; `accepted`: a 2xx is there, its ACK has not been asked for; `over`. */
  readonly phase: 'open' | 'accepted' | 'over'
  cancel(headers: readonly Header[]): SipRequest | undefined
  acknowledge(entry: DialogEntry, ack: OutgoingRequest, done: (result: SendResult<SipRequest>) => void): void
}

/** A 2xx of ours that waits for its ACK. */
export interface OpenAnswer {
  acknowledge(ack: InboundRequest): void
  stop(): void
}

/** An INVITE of the peer's. */
export interface PeerInvite {
  /** The peer gave it up, by CANCEL or BYE: 487 goes out. */
  terminate(): void
}

/** A BYE that waits until our 2xx is acknowledged or given up (RFC 3261 15). */
interface HeldBye {
  send(): void
  drop(): void
}

/** A dialog and what is under way in it. */
export interface DialogEntry {
  /** For the transaction user. */
  readonly id: string
  readonly key: string
  dialog: Dialog
  /** The way the last message took that made or changed the dialog: known to work. */
  path: Path
  /** No proxy was on the way of the peer's INVITE: at the other end of `path` is the peer itself. */
  direct: boolean
  /** Where the next hop was found to be; asked again when it changes. */
  located: { readonly uri: string; readonly targets: readonly Endpoint[] } | undefined
  /** A BYE of ours is out. */
  ending: boolean
  readonly ownInvites: Set<OwnInvite>
  /** The peer's INVITEs that wait for our final response. */
  readonly peerInvites: Set<PeerInvite>
  /** The last reliable provisional response of ours, until its INVITE is over (RFC 3262). */
  provisional: { readonly session: boolean; acknowledge(rack: string): boolean } | undefined
  /** By CSeq number. */
  readonly answers: Map<number, OpenAnswer>
  readonly heldByes: HeldBye[]
}

/** All dialogs, early ones included. */
export class Dialogs {
  readonly #byId = new Map<string, DialogEntry>()
  readonly #byKey = new Map<string, DialogEntry>()

  get size(): number {
    return this.#byId.size
  }

  /** One that was there under the same Call-ID and tags is replaced. */
  add(dialog: Dialog, path: Path): DialogEntry {
    const entry: DialogEntry = {
      id: dialogId(dialog),
      key: dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag),
      dialog,
      path,
      direct: false,
      located: undefined,
      ending: false,
      ownInvites: new Set(),
      peerInvites: new Set(),
      provisional: undefined,
      answers: new Map(),
      heldByes: [],
    }
    this.#byId.set(entry.id, entry)
    this.#byKey.set(entry.key, entry)
    return entry
  }

  byId(id: string): DialogEntry | undefined {
    return this.#byId.get(id)
  }

  find(callId: string, localTag: string, remoteTag: string): DialogEntry | undefined {
    return this.#byKey.get(dialogKey(callId, localTag, remoteTag))
  }

  has(entry: DialogEntry): boolean {
    return this.#byId.get(entry.id) === entry
  }

  remove(entry: DialogEntry): void {
    for (const answer of entry.answers.values()) answer.stop()
    entry.answers.clear()
    for (const bye of entry.heldByes.splice(0)) bye.drop()
    if (this.#byId.get(entry.id) === entry) this.#byId.delete(entry.id)
    if (this.#byKey.get(entry.key) === entry) this.#byKey.delete(entry.key)
  }

  clear(): void {
    this.#byId.clear()
    this.#byKey.clear()
  }
}
