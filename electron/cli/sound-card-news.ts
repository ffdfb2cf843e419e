import type { Snapshot } from '../phone/shapes.ts'
import type { Progress } from './progress.ts'

type State = Snapshot['audio']['state']

const words: Readonly<Partial<Record<State, string>>> = {
  unavailable:
    'there is no sound card, so silence is sent (use --play IN.wav or --audio null, tone, echo, file:IN.wav without one)',
  lost: 'the sound card is gone, silence is sent until it is back',
}

/** Tells of the sound card when its state changes for the worse or back. */
export class SoundCardNews {
  readonly #progress: Progress
  #bad: State | undefined

  constructor(progress: Progress) {
    this.#progress = progress
  }

  onState(state: State): void {
    if (state === this.#bad) return
    const line = words[state]
    if (line !== undefined) this.#progress.event(line)
    else if (state === 'running' && this.#bad !== undefined) this.#progress.event('the sound card is back')
    // Between calls the card is idle: no news.
    if (state !== 'idle') this.#bad = line === undefined ? undefined : state
  }
}
