/** Something that reads what strangers send. */
export interface FuzzTarget {
  /** What well-behaved strangers send. */
  readonly corpus: readonly Uint8Array[]
  /**
   * Reads a mutant of it. True: it was still understood. Throws where a promise is broken, be it that nothing throws.
   */
  readonly read: (bytes: Buffer) => boolean | Promise<boolean>
  /** Whether what was understood keeps its promises, where that costs more than reading. Throws if not. */
  readonly check?: (bytes: Buffer) => void
  /** The end: what was opened is closed, and nothing may be left of all that was read. */
  readonly close?: () => Promise<void>
}

/** `random` gives 0 to 1, the same for the same seed. */
export type OpenTarget = (random: () => number) => FuzzTarget | Promise<FuzzTarget>
