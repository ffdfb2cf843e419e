import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallEnded, LogEntry } from '../../electron/phone/shapes.ts'
import type { TraceSummary } from '../../electron/phone/trace-message.ts'
import { benchPhone } from '../support/phone-bench.ts'
import { scopeOf } from '../support/scope.ts'
import { contradictions } from './consistency.ts'
import { leaks, type Resources } from './resources.ts'
import { soak } from './soak.ts'

test('seconds of `npm run soak`: nothing unhandled, and every log agrees with its trace', async (t) => {
  const report = await soak(scopeOf(t), { seed: 3, ms: 3000, paceMs: 60, restMs: 0, say: () => {} })
  assert.deepEqual(report.faults, [])
  assert.ok(report.calls > 0 && report.registered > 0, JSON.stringify([...report.tally.done]))
})

test('what a soak looks for is found', async () => {
  const held = (more: Partial<Resources>): Resources => ({
    heapBytes: 20_000_000,
    traced: 100,
    files: 40,
    handles: { UDPWrap: 3 },
    ...more,
  })
  assert.deepEqual(leaks(held({}), held({ heapBytes: 21_000_000, files: 41, traced: 400 })), [])
  assert.match(leaks(held({}), held({ files: 50 })).join(), /open files: 40 before, 50 after/)
  assert.match(leaks(held({}), held({ handles: { UDPWrap: 5 } })).join(), /UDPWrap: 3 before, 5 after/)

  const { phone } = await benchPhone()
  const entry = { id: 1, direction: 'outgoing', answered: true, code: 200, cause: 'normal', sipCallId: 'x' } as LogEntry
  const message = { method: 'INVITE', direction: 'out', cseq: 1, sipCallId: 'x' } as TraceSummary
  const judge = (logged: Partial<LogEntry>, ...answers: readonly Partial<TraceSummary>[]) =>
    contradictions({
      name: 'a',
      accountId: '',
      target: '',
      children: new Map(),
      ended: [{ sipCallId: 'x', code: 200, cause: 'normal', ...logged } as CallEnded],
      phone: Object.assign(Object.create(phone) as typeof phone, {
        listLog: () => [{ ...entry, ...logged }],
        trace: { list: () => [message, ...answers.map((answer) => ({ ...message, direction: 'in', ...answer }))] },
      }),
    }).join()
  const bye = { method: 'BYE' }
  assert.equal(judge({}, { code: 200 }, bye), '')
  assert.match(judge({}, { code: 486 }), /no 200/)
  assert.match(judge({}, { code: 200 }), /without a BYE/)
  const busy = { answered: false, code: 486, cause: 'busy' } as const
  assert.equal(judge(busy, { code: 302 }, { code: 486 }), '')
  assert.match(judge(busy, { code: 404 }), /the trace has 404/)
  await phone.shutdown()
})
