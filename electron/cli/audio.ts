import type { PhoneDependencies } from '../phone/phone.ts'
import { UsageError } from './usage-error.ts'

type SessionAudio = ReturnType<PhoneDependencies['audio']>
type AudioSource = SessionAudio['source']
type AudioSink = SessionAudio['sink']

/** Where the sound of this run comes from and goes to. */
export interface AudioChoice {
  readonly source: AudioSource
  readonly sink: AudioSink
  /** The WAV file of the first call; the following ones get a number before the ending. */
  readonly record: string | undefined
}

interface AudioOptions {
  readonly audio: string | undefined
  readonly play: string | undefined
  readonly record: string | undefined
  readonly echo: boolean
}

/** 20 dB below full scale: loud enough to judge, quiet enough for headphones. */
const tone = { kind: 'tone', hz: 1000, dbfs: -20 } as const

/** Reads `--audio`, `--play`, `--record` and `--echo`. Throws a UsageError. */
export function readAudio(options: AudioOptions): AudioChoice {
  const base = readBase(options.audio)
  if (options.play !== undefined && options.echo) throw new UsageError('--play and --echo exclude each other')
  if (options.play === '') throw new UsageError('--play needs the name of a WAV file')
  if (options.record === '') throw new UsageError('--record needs the name of a WAV file')
  const own: AudioSource | undefined = options.echo
    ? { kind: 'echo' }
    : options.play === undefined
      ? undefined
      : { kind: 'file', path: options.play }
  return {
    source: own ?? base.source,
    // Whoever sends a file or an echo and does not ask for the sound card can do without one.
    sink: own !== undefined && options.audio === undefined ? { kind: 'discard' } : base.sink,
    record: options.record ?? base.record,
  }
}

function readBase(text: string | undefined): AudioChoice {
  const discard = { kind: 'discard' } as const
  switch (text) {
    case undefined:
    case 'device':
      return { source: { kind: 'device' }, sink: { kind: 'device' }, record: undefined }
    case 'null':
      return { source: { kind: 'silence' }, sink: discard, record: undefined }
    case 'tone':
      return { source: tone, sink: discard, record: undefined }
    case 'echo':
      return { source: { kind: 'echo' }, sink: discard, record: undefined }
    default: {
      const [, input, output] = /^file:([^,]+)(?:,(.+))?$/.exec(text) ?? []
      if (input === undefined)
        throw new UsageError('--audio must be device, null, tone, echo or file:IN.wav[,OUT.wav]', `not ${text}`)
      return { source: { kind: 'file', path: input }, sink: discard, record: output }
    }
  }
}

/** Whether a call has anything to do with the sound card. */
export function usesSoundCard({ source, sink }: AudioChoice): boolean {
  return source.kind === 'device' || sink.kind === 'device'
}

/** The sound of each call in turn: the same source, a recording of its own. */
export function audioPlan(choice: AudioChoice): () => SessionAudio {
  let calls = 0
  return () => {
    calls += 1
    const { source, sink, record } = choice
    return record === undefined ? { source, sink } : { source, sink, record: numbered(record, calls) }
  }
}

function numbered(path: string, call: number): string {
  if (call === 1) return path
  const ending = /\.[^./\\]+$/.exec(path)?.[0] ?? ''
  return `${path.slice(0, path.length - ending.length)}-${call}${ending}`
}
