import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** A user agent that takes an INVITE with a secret in it, then says so through `debug` as another package would. */
const script = `
import { createRequire } from 'node:module'
import { composeUserAgent } from ${url('../../electron/ua/user-agent.ts')}
import { FakeEngine, settled } from ${url('../support/fake-engine.ts')}
import { FakePhone } from ${url('../support/fake-phone.ts')}
import { testLog } from ${url('../support/silent-log.ts')}
const engine = new FakeEngine()
const phone = new FakePhone()
const clock = { now: () => 0, after: () => () => {} }
const random = (bytes) => new Uint8Array(bytes)
const ua = await composeUserAgent({ clock, log: testLog(), delegate: phone, random }, async (user) => ((engine.user = user), engine))
engine.receive({ method: 'INVITE', headers: [{ name: 'Authorization', value: 'Digest response="geheim"' }] })
await settled()
console.log(phone.invites.length)
createRequire(import.meta.url)('debug')('somebody:else')('still talks')
`

test('drachtio-srf writes no frames, whatever DEBUG says; others still may', async () => {
  for (const wanted of ['*', 'drachtio:*', 'drachtio:agent,somebody:*']) {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: new URL('../..', import.meta.url),
      env: { ...process.env, DEBUG: wanted },
      timeout: 30_000,
    })
    assert.equal(stdout.trim(), '1', 'the INVITE went through')
    assert.doesNotMatch(stderr, /drachtio:|geheim/, wanted)
    if (wanted !== 'drachtio:*') assert.match(stderr, /still talks/)
  }
})

function url(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href)
}
