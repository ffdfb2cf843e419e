import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountRegistration } from '../../electron/phone/account-registration.ts'
import { defaultSettings } from '../../electron/phone/settings.ts'
import { accountBench, challenge, hasCredentials, us } from '../support/account-bench.ts'
import { RawPeer } from '../support/raw-peer.ts'
import { testLog } from '../support/silent-log.ts'

const absenceMs = 30_000
const withinMs = 5_000

/** A registrar that dies `phaseMs` after the registration, forgets all, and is back 30 s later: when do we have it again? */
async function restart(phaseMs: number, how: 'closed port' | 'silence'): Promise<number> {
  const { time, net, ua, line, server: first } = await accountBench()
  let registeredAt = -1
  const serve = (server: RawPeer) => {
    server.onText = (text) => {
      if (text.startsWith('OPTIONS')) return server.send(server.answer(text, 200, 'r'), us)
      if (!text.startsWith('REGISTER')) return
      if (!hasCredentials(text)) return server.send(server.answer(text, 401, 'r', [challenge(401)]), us)
      if (registeredAt < 0) registeredAt = time.now()
      server.send(server.answer(text, 200, 'r', ['Expires: 1800']), us)
    }
  }
  serve(first)
  const registration = new AccountRegistration({
    userAgent: ua,
    line,
    registrar: 'sip:10.0.0.2',
    clock: time,
    log: testLog(),
    keepAliveSeconds: () => defaultSettings.network.keepAliveSeconds,
    onChanged: () => {},
  })
  void registration.register(1800)
  assert.ok(await time.runUntil(() => registration.shown.state === 'registered', 5_000))
  await time.advance(phaseMs)
  first.onText = () => {}
  if (how === 'closed port') net.release(first.local)
  await time.advance(absenceMs)
  const backAt = time.now()
  registeredAt = -1
  serve(how === 'closed port' ? new RawPeer(net, '10.0.0.2') : first)
  await time.runUntil(() => registeredAt >= 0 && registration.shown.state === 'registered', 60_000)
  registration.close()
  await ua.close()
  return registeredAt < 0 ? Infinity : registeredAt - backAt
}

for (const how of ['closed port', 'silence'] as const) {
  test(`a registrar that was away for 30 s (${how}) has us again within 5 s of its return`, async (t) => {
    let longest = 0
    // Through the whole interval between two keep-alives, also where one is answered just before or just after
    for (const phaseMs of [
      0, 1, 2_500, 7_300, 12_700, 18_100, 23_900, 27_700, 29_400, 29_900, 29_990, 30_001, 34_000,
    ]) {
      const took = await restart(phaseMs, how)
      assert.ok(took <= withinMs, `died ${phaseMs} ms after it registered us: ${took} ms`)
      longest = Math.max(longest, took)
    }
    t.diagnostic(`at most ${longest} ms`)
  })
}
