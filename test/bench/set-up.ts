import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { spread } from '../support/rtp-intervals.ts'
import type { Scope } from '../support/scope.ts'
import { pause } from '../support/until.ts'
import type { Row } from './report.ts'
import type { Side } from './sides.ts'

/** How long a caller waits for the first sign and for the answer, each side in turn, call by call. */
export async function measureSetUp(scope: Scope, sides: readonly Side[], calls: number): Promise<Row[]> {
  const [caller, rtp] = [await PlainCaller.open(scope), await RtpEndpoint.open(scope)]
  const ringing = new Map(sides.map(({ name }) => [name, [] as number[]]))
  const answered = new Map(sides.map(({ name }) => [name, [] as number[]]))
  for (let n = 0; n < calls; n++) {
    for (const { name, target } of sides) {
      const call = await caller.invite(target, rtp.port)
      if (call.ringingMs !== undefined) ringing.get(name)!.push(call.ringingMs)
      answered.get(name)!.push(call.answeredMs)
      await pause(30)
      await caller.bye(target, call)
      await pause(30)
    }
  }
  const row = (what: string, values: Map<string, number[]>, pick: 'p50' | 'p99'): Row => ({
    what: `${what}, ${pick}`,
    unit: 'ms',
    values: Object.fromEntries(
      [...values].filter(([, all]) => all.length > 0).map(([name, all]) => [name, spread(all)[pick]]),
    ),
  })
  return [
    row('INVITE to 180', ringing, 'p50'),
    row('INVITE to 180', ringing, 'p99'),
    row('INVITE to 200', answered, 'p50'),
    row('INVITE to 200', answered, 'p99'),
  ]
}
