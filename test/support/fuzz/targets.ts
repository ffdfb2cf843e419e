import { digestTarget } from './digest.ts'
import { dnsTarget } from './dns.ts'
import { engineTarget } from './engine.ts'
import { eventsTarget } from './events.ts'
import { rtpTarget } from './rtp.ts'
import { sdpTarget } from './sdp.ts'
import { sipTarget } from './sip.ts'
import { stunTarget } from './stun.ts'
import type { OpenTarget } from './target.ts'

/** Everything that reads bytes of strangers, by the name that `npm run fuzz -- --target` takes. */
export const fuzzTargets = {
  sip: sipTarget,
  engine: engineTarget,
  sdp: sdpTarget,
  digest: digestTarget,
  dns: dnsTarget,
  events: eventsTarget,
  stun: stunTarget,
  rtp: rtpTarget,
} as const satisfies Record<string, OpenTarget>

export type FuzzTargetName = keyof typeof fuzzTargets
