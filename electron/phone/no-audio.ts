import type { Quality, SessionConfig } from '../../native/protocol.ts'

/** Why nothing is heard in an answered call, or why the peer hears nothing; the most telling alone. */
export type NoAudioCode =
  /** Packets come, but not from where the peer said, or under another key: they are not played. */
  | 'wrong-source'
  /** Nothing comes, and the peer's SDP names an address of a private network that its signalling does not come from. */
  | 'private-address'
  | 'nothing-received'
  /** We should send, and no packet leaves. */
  | 'nothing-sent'
  /** The microphone gives digital silence: switched off, not permitted, or the wrong one. */
  | 'microphone-silent'

export interface AudioFacts {
  /** Whether offer and answer want sound of us, and of the peer. */
  readonly sending: boolean
  readonly receiving: boolean
  /** For how long no packet came, none left, and the microphone was silent though not muted; milliseconds. */
  readonly deafMs: number
  readonly dumbMs: number
  readonly quietMs: number
  /** Packets that came meanwhile and were not the peer's. */
  readonly refused: number
  /** Where the peer's SDP wants sound, and where its signalling comes from. */
  readonly wanted: string
  readonly source: string
}

/** Shorter pauses happen in good calls: a peer that is slow to start, silence suppression. */
const patienceMs = 5000

export function whyNoAudio(facts: AudioFacts): NoAudioCode | undefined {
  if (facts.receiving && facts.deafMs >= patienceMs) {
    if (facts.refused > 0) return 'wrong-source'
    if (isPrivate(facts.wanted) && facts.wanted !== facts.source && !isPrivate(facts.source)) return 'private-address'
    return 'nothing-received'
  }
  if (!facts.sending) return undefined
  if (facts.dumbMs >= patienceMs) return 'nothing-sent'
  return facts.quietMs >= patienceMs ? 'microphone-silent' : undefined
}

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 2.5.6. */
export function isPrivate(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab][\da-f]:)/i.test(
    address,
  )
}

/** Quieter than this is no room, but nothing at all: 1 of 32768 is -90. */
const nothingDbfs = -89

/** Draws the facts out of a call's figures as they come, once a second, and its levels. `now` in milliseconds. */
export class AudioWatch {
  #last: { readonly received: number; readonly sent: number; readonly refused: number } | undefined
  #heardAt = 0
  #sentAt = 0
  #micAt: number | undefined
  /** Refused when the peer was last heard. */
  #refusedThen = 0

  microphone(dbfs: number, muted: boolean, now: number): void {
    if (muted || dbfs > nothingDbfs || this.#micAt === undefined) this.#micAt = now
  }

  /** `source`: where the peer's signalling comes from. */
  figures(
    quality: Quality,
    config: SessionConfig | undefined,
    { muted, source, now }: { readonly muted: boolean; readonly source: string; readonly now: number },
  ): NoAudioCode | undefined {
    const { sending = false, receiving = false } = config ?? {}
    const figures = {
      received: quality.received.packets,
      sent: quality.sent.packets,
      refused: quality.received.refused ?? 0,
    }
    const last = this.#last
    if (!last || !receiving || figures.received !== last.received) {
      this.#heardAt = now
      this.#refusedThen = figures.refused
    }
    if (!last || !sending || figures.sent !== last.sent) this.#sentAt = now
    if (!sending || muted) this.#micAt = undefined
    this.#last = figures
    return whyNoAudio({
      sending,
      receiving,
      deafMs: now - this.#heardAt,
      dumbMs: now - this.#sentAt,
      quietMs: this.#micAt === undefined ? 0 : now - this.#micAt,
      refused: figures.refused - this.#refusedThen,
      wanted: config?.remote.address ?? '',
      source,
    })
  }
}
