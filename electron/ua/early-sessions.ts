/** More forks than this have nothing to say. */
const mostForks = 32

interface Fork {
  sdp: string | undefined
  /** Our offer has its answer: it came reliably (RFC 3262 5). One that did not is only a preview of it. */
  agreed: boolean
  /** The peer has offered anew since, and got our answer. */
  updated: boolean
}

/** What the forks of an INVITE of ours describe before its final answer, each by its tag. */
export class EarlySessions {
  readonly #forks = new Map<string, Fork>()

  heard(tag: string, sdp: string | undefined, reliable: boolean): void {
    const fork = this.#forks.get(tag)
    if (fork === undefined && this.#forks.size >= mostForks) return
    const known = fork ?? { sdp: undefined, agreed: false, updated: false }
    this.#forks.set(tag, known)
    if (sdp === undefined) return
    known.sdp = sdp
    known.agreed ||= reliable
  }

  /** Whether this fork may offer something else now (RFC 3311 5.2). */
  isAgreed(tag: string): boolean {
    return this.#forks.get(tag)?.agreed ?? false
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
