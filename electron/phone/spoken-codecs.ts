import { codecNames, type CodecName, type MissingCodec } from '../../native/protocol.ts'

/**
 * Of the codecs that settings name, in their order, those that this installation has. Where it has none of them, all others:
 * whoever wants Opus alone is better heard in G.711 than not at all.
 */
export function spokenCodecs(
  wanted: readonly CodecName[],
  missing: readonly MissingCodec[],
): readonly [CodecName, ...CodecName[]] {
  const isHere = (name: CodecName) => missing.every(({ codec }) => codec !== name)
  const [first, ...others] = wanted.filter(isHere)
  if (first) return [first, ...others]
  const [instead = 'PCMU', ...rest] = codecNames.filter(isHere)
  return [instead, ...rest]
}

export function noticeOfMissing({ codec, reason }: MissingCodec): string {
  return `${codec} is neither offered nor taken: ${reason}. Install Dialtone again to have it`
}
