import assert from 'node:assert/strict'
import type { Line, UserAgent } from '../../electron/phone/ports.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { ladder } from '../../electron/dissect/ladder.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone } from './fake-phone.ts'
import { realClock } from './real-clock.ts'
import type { Scope } from './scope.ts'
import { testLog } from './silent-log.ts'

export type Leg = 'udp' | 'tcp' | 'tls'

interface MemberOptions {
  readonly user: string
  /** Where it registers. */
  readonly at: { readonly domain: string; readonly address: string; readonly port: number; readonly tlsPort: number }
  readonly leg?: Leg
  /** PEM of whom it trusts. */
  readonly authorities?: readonly string[]
  /** Two phones of one user differ in it. */
  readonly instance?: number
}

/** A user agent of ours, registered at a real proxy. It takes every call unless its `phone.react` says otherwise. */
export interface Member {
  readonly ua: UserAgent
  readonly line: Line
  readonly phone: FakePhone
  readonly trace: TraceRecorder
  readonly uri: string
  readonly log: ReturnType<typeof testLog>
}

export async function startMember(scope: Scope, options: MemberOptions): Promise<Member> {
  const { user, at, leg = 'udp', authorities = [], instance = 0 } = options
  const phone = new FakePhone()
  phone.react = (invite) => void phone.accept(invite)
  const log = testLog()
  const trace = new TraceRecorder(realClock)
  const start = userAgentStarter({ clock: realClock, log, wireTap: trace, tls: { authorities } })
  const ua = await start({ address: '127.0.0.1', port: 0, product: 'Dialtone/test' }, phone)
  scope.after(() => ua.close())
  scope.onFailure(() => `${user}:\n${ladder(trace.list({ text: true }))}`)
  const uri = `sip:${user}@${at.domain}`
  const line = ua.openLine({
    from: { uri },
    registrar: `sip:${at.domain}`,
    route: [`sip:${at.address}:${leg === 'tls' ? at.tlsPort : at.port};transport=${leg}`],
    credentials: { username: user, password: 'secret' },
    instanceId: `urn:uuid:00000000-0000-4000-8000-00000000${user.length}${instance}00`,
  })
  assert.equal((await line.register({ expiresSeconds: 300 })).status, 200)
  return { ua, line, phone, trace, uri, log }
}
