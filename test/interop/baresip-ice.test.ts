import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Quality } from '../../native/protocol.ts'
import { missing } from '../support/needs.ts'
import { writeBaresipProfile } from '../support/peers/baresip-profile.ts'
import { Program } from '../support/process.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { twoHosts } from '../support/two-hosts.ts'
import { until } from '../support/until.ts'
import { speechFiles } from '../support/wav.ts'

const root = join(import.meta.dirname, '../..')
const noModule = existsSync('/usr/lib/baresip/modules/ice.so') ? false : 'needs the ICE module of baresip'
const notRoot = process.getuid?.() === 0 ? false : 'network namespaces need root'

/** baresip offers its real interfaces alone, so each phone has a host of its own. Its sound waits for the end of its checks. */
test(
  'baresip offers ICE: both check, and both hear',
  { skip: missing('baresip', 'ip') || noModule || notRoot },
  async (t) => {
    const scope = scopeOf(t)
    const hosts = await twoHosts(scope)
    if (!hosts) return t.skip('this system makes no network namespaces')
    const { a, b } = hosts
    const folder = await temporaryFolder(scope, 'ice')
    const [exec, ...inA] = a.inside
    const phone = [
      'answer',
      '--once',
      '--json',
      '--listen',
      a.address,
      '--sip-port',
      '5060',
      '--play',
      speechFiles.alice,
    ]
    const dialtone = await Program.start(
      scope,
      exec,
      [...inA, process.execPath, join(root, 'electron/headless.ts'), ...phone],
      {
        forks: true,
        patienceMs: 8000,
      },
    )
    await until('the phone listens', () => dialtone.stdout.includes('"ready":true'))
    await writeBaresipProfile({
      folder,
      address: b.address,
      device: b.device,
      sipPort: 5070,
      controlPort: 5072,
      rtpPort: 5080,
      rtpPortCount: 8,
      user: 'bob',
      answer: 'auto',
      codecs: ['PCMU'],
      play: speechFiles.bob,
      record: undefined,
      mostCalls: 2,
      ice: true,
    })
    const dial = ['-f', folder, '-v', '-s', '-e', `/dial sip:dialtone@${a.address}:5060`]
    const baresip = await Program.start(scope, exec, [...b.inside.slice(1), 'baresip', ...dial], { patienceMs: 1000 })
    const said = () => baresip.stdout + baresip.stderr
    await until('the checks are complete', () => said().includes('connectivity check is complete'))
    assert.match(said(), /SIP\/2\.0 200 OK[^]*?a=ice-ufrag:[^]*?a=candidate:1 2 UDP \d+ 10\.77\.0\.1 \d+ typ host/)
    await until('it hears us', () => said().includes('incoming rtp for'))
    process.kill(baresip.pid, 'SIGTERM')
    const { received, sent } = await until('the call is over', () => {
      const line = dialtone.stdout.split('\n').find((one) => one.includes('"answered"'))
      return line === undefined ? undefined : (JSON.parse(line) as { quality: Quality }).quality
    })
    assert.ok(received.packets > 0 && sent.packets > 0, JSON.stringify({ received, sent }))
  },
)
