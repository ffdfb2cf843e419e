/** An INVITE of drachtio-srf's. */
export interface OwnInvite {
  /** A re-INVITE: whatever becomes of it, the call goes on. */
  readonly inDialog: boolean
  /** drachtio-srf has forgotten it. */
  readonly abandoned: boolean
}

/** The INVITEs that drachtio-srf has sent and not acknowledged yet. */
export class OwnInvites {
  /** Without a final answer, by transaction. */
  readonly #open = new Map<string, OwnInvite>()
  /** Accepted by the peer, by dialog. */
  readonly #accepted = new Map<string, OwnInvite>()

  sent(transactionId: string, inDialog: boolean): void {
    this.#open.set(transactionId, { inDialog, abandoned: false })
  }

  /** A final answer came. What it gives back was accepted, but drachtio-srf will not acknowledge it any more. */
  answered(transactionId: string, status: number, dialogId: string): OwnInvite | undefined {
    const invite = this.#open.get(transactionId)
    this.#open.delete(transactionId)
    if (!invite || status >= 300) return undefined
    if (!invite.abandoned) this.#accepted.set(dialogId, invite)
    return invite.abandoned ? invite : undefined
  }

  /** False: there is nothing to acknowledge. */
  acknowledged(dialogId: string): boolean {
    return this.#accepted.delete(dialogId)
  }

  /** drachtio-srf has forgotten everything. What has no answer yet, and what waits for its ACK, by dialog. */
  abandonAll(): { readonly open: readonly string[]; readonly accepted: readonly (readonly [string, OwnInvite])[] } {
    const accepted = [...this.#accepted]
    this.#accepted.clear()
    for (const [transactionId, invite] of this.#open) this.#open.set(transactionId, { ...invite, abandoned: true })
    return { open: [...this.#open.keys()], accepted }
  }
}
