import assert from 'node:assert/strict'
import type { UserAgent, UserAgentDelegate } from '../../electron/phone/ports.ts'
import { createEngine, createLocate, type Engine, type WireTap } from '../../electron/sip/index.ts'
import { allowedMethods, supportedExtensions } from '../../electron/ua/capabilities.ts'
import { composeUserAgent } from '../../electron/ua/user-agent.ts'
import type { LossyNet } from './lossy-net.ts'
import type { RoamingHost } from './roaming-host.ts'
import { seeded } from './seeded.ts'
import { testLog } from './silent-log.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface VirtualAgent {
  readonly ua: UserAgent
  readonly engine: Engine
  readonly uri: string
  readonly log: ReturnType<typeof testLog>
}

/** A whole user agent, engine and drachtio-srf included, on a simulated network in virtual time. */
export async function virtualAgent(
  time: VirtualTime,
  net: LossyNet,
  at: string | RoamingHost,
  seed: number,
  delegate: UserAgentDelegate,
  wireTap?: WireTap,
): Promise<VirtualAgent> {
  const chance = seeded(seed)
  const random = (bytes: number) => Uint8Array.from({ length: bytes }, () => Math.floor(chance() * 256))
  const log = testLog()
  let started: Engine | undefined
  const ua = await composeUserAgent({ clock: time, log, delegate, random }, async (user) => {
    started = await createEngine({
      clock: time,
      random,
      user,
      transports: [typeof at === 'string' ? net.bind(at) : at.transport],
      probe: typeof at === 'string' ? net.probe(at) : at.probe,
      locate: createLocate({ clock: time, ipVersion: '4', transports: ['udp'] }),
      userAgent: 'Dialtone/test',
      allow: allowedMethods,
      supported: supportedExtensions,
      ...(wireTap && { wireTap }),
      onFault: (error, where) => log.error(where, { error: error instanceof Error ? error.stack : String(error) }),
    })
    return started
  })
  assert.ok(started)
  return { ua, engine: started, uri: `sip:phone@${typeof at === 'string' ? at : 'roaming.test'}`, log }
}
