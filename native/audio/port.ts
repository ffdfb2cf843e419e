/**
 * Where a session's sound comes from and goes to: mono, 16 bit, at the session's `rate` of the moment (8000 or 16000 Hz), which
 * changes when another codec is agreed on. Both are asked at the session's pace and answer at once; neither throws.
 */

export interface AudioSource {
  /** Fills `frame` (10 or 20 ms) with what comes next; silence when there is nothing. */
  read(frame: Int16Array, rate: number): void
}

export interface AudioSink {
  /** The frame is the sink's only until this returns. */
  write(frame: Int16Array, rate: number): void
  /** Resolves when what was written is safe. Rejects when it could not be kept. */
  close(): Promise<void>
}
