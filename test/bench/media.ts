import { join } from 'node:path'
import { hear } from '../support/heard-speech.ts'
import { profiles, type ProfileName } from '../support/impairments.ts'
import { Program } from '../support/process.ts'
import type { Scope } from '../support/scope.ts'
import { speech } from '../support/sound.ts'
import { scoreSpeech, type SpeechScore } from '../support/speech-score.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { readSound } from '../support/wav.ts'
import type { Row } from './report.ts'
import { chart } from './chart.ts'

/**
 * What is left of speech behind bad networks, in process and in virtual time: the figures are of the engine alone, the same
 * on every machine. Delay is from the moment a packet is due to leave the sender to the moment its sound is given to the
 * speaker, the network's own delay included and the sound card's not.
 */

const sentences = [
  ['en-gb', 'Good morning, the line is open: four, nine, two, zero, six.'],
  ['en-us+f3', 'She sells fresh fish by the misty shore. Can you hear me well?'],
  ['en-gb+m4', 'A big brown dog dug deep, and tapped the pot until nobody slept.'],
  ['en-us+m2', 'Please wait a moment while I look that up for you, it will not take long.'],
] as const
const LEAD = 4000

/** Seconds of speech at 8 kHz: espeak-ng's where it is installed, else made up. */
async function spokenSentences(scope: Scope): Promise<{ readonly sound: Int16Array; readonly made: string }> {
  try {
    const folder = await temporaryFolder(scope)
    const parts: Int16Array[] = [new Int16Array(LEAD)]
    for (const [index, [voice, text]] of sentences.entries()) {
      const file = join(folder, `${index}.wav`)
      const espeak = await Program.start(scope, 'espeak-ng', ['-v', voice, '-w', file, text])
      await espeak.exited
      const { rate, samples } = await readSound(file)
      parts.push(resampled(samples, rate), new Int16Array(1600))
    }
    return { sound: Int16Array.from(parts.flatMap((part) => [...part])), made: 'espeak-ng' }
  } catch {
    const sound = new Int16Array(16 * 8000)
    sound.set(speech(15.5, 5), LEAD)
    return { sound, made: 'made up, for espeak-ng is not installed' }
  }
}

/** To 8 kHz: the mean of what a sample covers is low-pass enough for a measure that compares with itself. */
function resampled(samples: Int16Array, rate: number): Int16Array {
  const ratio = rate / 8000
  return Int16Array.from({ length: Math.floor(samples.length / ratio) }, (_, i) => {
    const [from, to] = [Math.floor(i * ratio), Math.max(Math.floor(i * ratio) + 1, Math.floor((i + 1) * ratio))]
    let sum = 0
    for (let k = from; k < to; k++) sum += samples[k] ?? 0
    return sum / (to - from)
  })
}

interface Heard extends SpeechScore {
  readonly late: number
  readonly concealedMs: number
  readonly stretchedMs: number
}

/** Rows of every profile, medians of `seeds` networks each; a chart of delay and target of the first one. */
export async function measureMedia(scope: Scope, charts: Record<string, string>, seeds: number): Promise<Row[]> {
  const { sound, made } = await spokenSentences(scope)
  const rows: Row[] = []
  for (const name of Object.keys(profiles) as ProfileName[]) {
    const scores: Heard[] = []
    for (let seed = 1; seed <= seeds; seed++) {
      const lines = { 'buffer delay': [] as number[], target: [] as number[] }
      const phaseMs = 1 + ((seed * 7) % 19)
      const { reference, heard, session } = hear(sound, profiles[name], {
        seed,
        phaseMs,
        each: ({ playing }) => {
          lines['buffer delay'].push(playing.delayMs)
          lines.target.push(playing.targetMs)
        },
      })
      const { late, concealedMs } = session.quality(0).received
      scores.push({ ...scoreSpeech(reference, heard), late, concealedMs, stretchedMs: session.playing.stretchedMs })
      if (seed === 1) charts[`media-${name}.svg`] = chart(`${name}, ms over time`, lines, 0.02)
    }
    const row = (what: string, unit: string, pick: (score: Heard) => number, better?: 'more'): Row => ({
      what: `${name}: ${what}`,
      unit,
      values: { Dialtone: median(scores.map(pick)) },
      ...(better && { better }),
    })
    rows.push(
      row('q', '0-100', ({ q }) => q, 'more'),
      row('worst q', '0-100', () => Math.min(...scores.map(({ q }) => q)), 'more'),
      row('delay', 'ms', ({ delayMs }) => delayMs),
      row('segmental SNR', 'dB', ({ segSnrDb }) => segSnrDb, 'more'),
      row('log-spectral distance', 'dB', ({ lsdDb }) => lsdDb),
      row('gaps', 'ms', ({ gapMs }) => gapMs),
      row('longest gap', 'ms', ({ gapLongestMs }) => gapLongestMs),
      row('late', 'packets', ({ late }) => late),
      row('concealed', 'ms', ({ concealedMs }) => concealedMs),
      row('stretched', 'ms', ({ stretchedMs }) => stretchedMs),
    )
  }
  console.log(`speech: ${made}, ${(sound.length / 8000).toFixed(1)} s, ${seeds} networks of each kind`)
  return rows
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
