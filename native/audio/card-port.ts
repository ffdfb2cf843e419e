/**
 * The seam between the media engine and the sound card. The card may be absent, stall or come back at any moment;
 * the engine goes on without it. All frames are 20 ms, mono, 16 bit, of the rate that `start` said (8000 or 16000 Hz).
 */

export interface CardPort {
  /**
   * Sound flows from now on, as soon as the card is there. Called again after `stop` at will, and in between when the rate
   * changes, which nobody hears.
   */
  start(delegate: CardDelegate, rate: number): void
  /** No call of the delegate comes after this returned. */
  stop(): void
  /** What lies between a sample at the plug and its frame here, both directions together, milliseconds; 0 when unknown. */
  readonly delayMs: number
  /** Resolves when nothing is left open. Includes `stop`. */
  close(): Promise<void>
}

/** What the engine does for the card. None of these throws, each returns at once. */
export interface CardDelegate {
  /** The microphone's next 20 ms; paces the sending. The frame is the engine's only until this returns. */
  onMicrophone(frame: Int16Array): void
  /** The speaker's next 20 ms, the mix of all sessions and tones; null: silence. Valid until the next `pull`. */
  pull(): Int16Array | null
  /** `stalled`: started, but frames stopped or never came (within about 100 ms); `running`: they flow (again). */
  onState(state: CardState): void
}

export type CardState = 'running' | 'stalled'

/**
 * Listens for the audio host on a local socket, which must present the token first (command `listen-audio`). `warn`
 * hears, in words, of what goes wrong there.
 */
export type ListenForCard = (path: string, token: string, warn: (message: string) => void) => CardPort
