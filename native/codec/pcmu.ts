import { muLaw, tableCodec } from './g711.ts'

/** G.711 mu-law, static RTP payload type 0 (RFC 3551 4.5.14). */
export const pcmu = tableCodec('PCMU', muLaw())
