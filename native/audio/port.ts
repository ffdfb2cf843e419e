/**
 * Where a session's sound comes from and goes to: 8 kHz, mono, 16 bit. Both are asked at the session's pace and answer
 * at once; neither throws.
 */

export interface AudioSource {
  /** Fills `frame` (80 or 160 samples) with what comes next; silence when there is nothing. */
  read(frame: Int16Array): void
}

export interface AudioSink {
  /** The frame is the sink's only until this returns. */
  write(frame: Int16Array): void
  /** Resolves when what was written is safe. Rejects when it could not be kept. */
  close(): Promise<void>
}
