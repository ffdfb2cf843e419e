import type { CodecName, OpusParameters } from '../../native/protocol.ts'
import type { Format } from '../sdp/format.ts'

/** How descriptions name what we speak, and what they say of it. */

type Named = Omit<Format, 'payloadType'>

/** RFC 3551 4.5.2: G.722 says 8000 as well, though its sound has 16000. */
const telephone = (encoding: string): Named => ({ encoding, clockRate: 8000, channels: 1 })

/** RFC 7587 7: always 48000 and 2, whatever is in it; the rest is in the parameters. Ours is 16 kHz, one channel. */
const opus: Named = {
  encoding: 'opus',
  clockRate: 48_000,
  channels: 2,
  fmtp: 'maxplaybackrate=16000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=1',
}

const named: Readonly<Record<CodecName, Named>> = {
  PCMU: telephone('PCMU'),
  PCMA: telephone('PCMA'),
  G722: telephone('G722'),
  Opus: opus,
}

export const codecFormat = (codec: CodecName, payloadType: number): Format => ({ payloadType, ...named[codec] })

export const clockRateOf = (codec: CodecName): number => named[codec].clockRate

/** Encoding names compare without case (RFC 8866 6.6). */
export function isCodec({ encoding, clockRate, channels }: Format, codec: CodecName): boolean {
  const ours = named[codec]
  const alike = encoding.toLowerCase() === ours.encoding.toLowerCase() && clockRate === ours.clockRate
  // Some peers forget the channels of Opus, of which there is only one kind.
  return alike && (channels === ours.channels || codec === 'Opus')
}

/** The clocks that events count by: that of the sound they lie in, or 8000 Hz, which is all that many peers know. */
export const eventClocks = [8000, 48_000] as const
export type EventClock = (typeof eventClocks)[number]

export const eventFormat = (payloadType: number, clockRate: EventClock): Format => ({
  payloadType,
  encoding: 'telephone-event',
  clockRate,
  channels: 1,
  fmtp: '0-15',
})

/** Format parameters of Opus as the peer wrote them (RFC 7587 6.1); what is no number counts as not said. */
export function opusParameters(fmtp = ''): OpusParameters {
  const said = new Map(
    fmtp.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=')
      return [name.trim().toLowerCase(), value.trim()] as const
    }),
  )
  const number = (name: string) => {
    const value = said.get(name) ?? ''
    return /^[0-9]{1,7}$/.test(value) && Number(value) > 0 ? Number(value) : undefined
  }
  const [maxRate, maxBitrate] = [number('maxplaybackrate'), number('maxaveragebitrate')]
  return {
    fec: said.get('useinbandfec') === '1',
    ...(maxRate !== undefined && { maxRate }),
    ...(maxBitrate !== undefined && { maxBitrate }),
    ...(said.get('cbr') === '1' && { constant: true }),
  }
}
