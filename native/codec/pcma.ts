import { aLaw, tableCodec } from './g711.ts'

/** G.711 A-law, static RTP payload type 8 (RFC 3551 4.5.14). */
export const pcma = tableCodec('PCMA', aLaw())
