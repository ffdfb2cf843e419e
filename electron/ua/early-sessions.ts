import type { Response } from 'drachtio-srf'
import { tagOf } from '../sip/index.ts'
import { addressOf } from './addresses.ts'
import { sdpOf } from './bodies.ts'
import { lists } from './prack.ts'

/** More forks than this have nothing to say. */
const mostForks = 32

interface Fork {
  readonly dialogId: string
  /** Its Contact (RFC 3261 12.1.2). */
  readonly remoteTarget: string
  sdp: string | undefined
  /** Our offer has its answer: it came reliably (RFC 3262 5). One that did not is only a preview of it. */
  agreed: boolean
  /** Something else was offered since, by whomever, and answered. */
  updated: boolean
  /** It knows UPDATE (RFC 3311 4). */
  takesUpdate: boolean
}

/** What the forks of an INVITE of ours describe before its final answer, each by its tag. */
export class EarlySessions {
  readonly #forks = new Map<string, Fork>()

  /** What it describes that is not known or out of date already. */
  heard(response: Response, reliable: boolean): string | undefined {
    const tag = tagOf(response.get('to') ?? '') ?? ''
    const fork = this.#forks.get(tag)
    const sdp = sdpOf(response)
    if (fork === undefined && this.#forks.size >= mostForks) return sdp
    const dialogId = response.stackDialogId ?? ''
    const remoteTarget = addressOf(response.get('contact') ?? '').uri
    const known = fork ?? { dialogId, remoteTarget, sdp: undefined, agreed: false, updated: false, takesUpdate: false }
    this.#forks.set(tag, known)
    known.takesUpdate ||= lists(response.get('allow'), 'update')
    if (sdp === undefined || known.updated) return undefined
    known.sdp = sdp
    known.agreed ||= reliable
    return sdp
  }

  /** Whether this fork may offer something else now (RFC 3311 5.2). */
  isAgreed(tag: string): boolean {
    return this.#forks.get(tag)?.agreed ?? false
  }

  /**
   * The early dialog that we may offer something else in (RFC 3311 5.1). Of several forks none: what is offered to one
   * would hold for all of them.
   */
  get open(): { readonly tag: string; readonly dialogId: string; readonly remoteTarget: string } | undefined {
    const [only, ...more] = this.#forks
    if (only === undefined || more.length > 0) return undefined
    const [tag, { agreed, takesUpdate, dialogId, remoteTarget }] = only
    return agreed && takesUpdate && dialogId !== '' ? { tag, dialogId, remoteTarget } : undefined
  }

  updated(tag: string): void {
    const fork = this.#forks.get(tag)
    if (fork) fork.updated = true
  }

  /** The answer to our offer, when this fork accepts with `sdp`; empty where something newer is agreed. */
  answerOf(tag: string, sdp: string | undefined): string {
    const fork = this.#forks.get(tag)
    return fork?.updated ? '' : (sdp ?? fork?.sdp ?? '')
  }
}
