import type { AudioLevels } from '../../electron/ipc/contract.ts'

/** One column of the level strip: the peaks of its time, 0 to 1, and whether packets were lost in it. */
interface Column {
  microphone: number
  speaker: number
  lost: boolean
}

/** The last 30 s. */
export const columnCount = 66
export const columnMs = 30_000 / columnCount

/** Quieter than this shows as nothing. */
const floorDbfs = -60

/**
 * Levels of one call (or of an audio test) of the last half minute. Kept outside of React: a meter draws itself at
 * each change, nothing else of the window moves. The phone sends at most 15 changes a second.
 */
export class Levels {
  readonly columns: Column[] = []
  /** The last peaks, dBFS. */
  microphoneDbfs = -100
  speakerDbfs = -100
  #began = 0
  readonly #listeners = new Set<() => void>()

  /** `now` in milliseconds, monotonic. */
  add({ microphoneDbfs, speakerDbfs }: AudioLevels, now: number): void {
    this.microphoneDbfs = microphoneDbfs
    this.speakerDbfs = speakerDbfs
    const column = this.#column(now)
    column.microphone = Math.max(column.microphone, heightOf(microphoneDbfs))
    column.speaker = Math.max(column.speaker, heightOf(speakerDbfs))
    for (const listener of this.#listeners) listener()
  }

  lose(now: number): void {
    this.#column(now).lost = true
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #column(now: number): Column {
    const last = this.columns.at(-1)
    if (last !== undefined && now - this.#began < columnMs) return last
    const skipped = last === undefined ? 1 : Math.min(columnCount, Math.floor((now - this.#began) / columnMs))
    this.#began = skipped >= columnCount || last === undefined ? now : this.#began + skipped * columnMs
    let column: Column = { microphone: 0, speaker: 0, lost: false }
    for (let count = 0; count < skipped; count++)
      this.columns.push((column = { microphone: 0, speaker: 0, lost: false }))
    this.columns.splice(0, this.columns.length - columnCount)
    return column
  }
}

export function heightOf(dbfs: number): number {
  return Math.min(1, Math.max(0, 1 - dbfs / floorDbfs))
}

const byCall = new Map<string, Levels>()

/** Of a call; an audio test has the key ''. */
export function levelsOf(key: string): Levels {
  let levels = byCall.get(key)
  if (levels === undefined) byCall.set(key, (levels = new Levels()))
  return levels
}

export function forgetLevels(key: string): void {
  byCall.delete(key)
}

/** Forgets those of other calls, also of one whose last level came after its end; the audio test has no call. */
export function keepLevelsOf(callIds: readonly string[]): void {
  for (const key of byCall.keys()) if (key !== '' && !callIds.includes(key)) byCall.delete(key)
}
