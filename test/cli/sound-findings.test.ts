import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Look } from '../../electron/cli/finding.ts'
import { lookAtOpus } from '../../electron/cli/sound-findings.ts'

const look = (fault: string | undefined) => ({ world: { checks: { opus: async () => fault } } }) as unknown as Look

test('Opus is there, or the way to get it is told', async () => {
  assert.equal((await lookAtOpus(look(undefined))).verdict, 'ok')
  const { verdict, detail, remedy } = await lookAtOpus(look('a file is damaged'))
  assert.equal(verdict, 'warn')
  assert.match(detail, /^a file is damaged/)
  assert.match(remedy ?? '', /Install/)
})
