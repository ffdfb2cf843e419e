import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultSettings, mergeSettings, readSettings } from '../../electron/phone/settings.ts'
import { benchPhone } from '../support/phone-bench.ts'

test('a patch is merged deeply, lists are replaced, the rest stays', () => {
  const patch = { network: { sipPort: 5070 }, calls: { autoAnswer: { mode: 'all' } }, audio: { codecs: ['PCMA'] } }
  const settings = mergeSettings(defaultSettings, patch)
  assert.deepEqual(settings, {
    ...defaultSettings,
    network: { ...defaultSettings.network, sipPort: 5070 },
    calls: { ...defaultSettings.calls, autoAnswer: { mode: 'all', delaySeconds: 0 } },
    audio: { ...defaultSettings.audio, codecs: ['PCMA'] },
  })
  assert.equal(defaultSettings.network.sipPort, 5060, 'nothing is changed in place')
  assert.deepEqual(mergeSettings(settings, {}), settings)
})

const refused: readonly [patch: unknown, field: string, message: RegExp][] = [
  [{ sound: {} }, 'sound', /^sound is not a setting$/],
  [{ network: { sipport: 5060 } }, 'network.sipport', /^network\.sipport is not a setting$/],
  [{ calls: { autoAnswer: { when: 1 } } }, 'calls.autoAnswer.when', /is not a setting/],
  [JSON.parse('{"__proto__": {"polluted": true}}'), '__proto__', /is not a setting/],
  [JSON.parse('{"network": {"__proto__": {"polluted": true}}}'), 'network.__proto__', /is not a setting/],
  [{ constructor: 1 }, 'constructor', /is not a setting/],
  [{ network: { sipPort: '5060' } }, 'network.sipPort', /must be a whole number from 0 to 65535/],
  [{ network: { sipPort: 5060.5 } }, 'network.sipPort', /whole number/],
  [{ network: { sipPort: 70_000 } }, 'network.sipPort', /from 0 to 65535/],
  [{ network: { sipPort: Number.NaN } }, 'network.sipPort', /whole number/],
  [{ network: { sipPort: null } }, 'network.sipPort', /whole number/],
  [{ network: { rtpPorts: [8000] } }, 'network.rtpPorts', /two ports|from 1024/],
  [{ network: { rtpPorts: [8000, 8001, 8002] } }, 'network.rtpPorts', /two ports/],
  [{ network: { rtpPorts: [9000, 8000] } }, 'network.rtpPorts', /an even port and the next odd one/],
  [{ network: { rtpPorts: [8001, 8002] } }, 'network.rtpPorts', /an even port and the next odd one/],
  [{ network: { rtpPorts: [80, 90] } }, 'network.rtpPorts', /from 1024 to 65535/],
  [{ network: { listenIp: 'localhost' } }, 'network.listenIp', /must be an IP address, or empty/],
  [{ network: { listenIp: '[::1]' } }, 'network.listenIp', /must be an IP address/],
  [{ network: { useXNat: 'maybe' } }, 'network.useXNat', /"default", "always" or "never"/],
  [{ network: { ipVersion: 4 } }, 'network.ipVersion', /"auto", "4" or "6"/],
  [{ network: { stunServers: 'stun.example' } }, 'network.stunServers', /a list/],
  [{ network: 5060 }, 'network', /must be an object/],
  [{ network: [] }, 'network', /must be an object/],
  [{ calls: { doNotDisturb: 'yes' } }, 'calls.doNotDisturb', /true or false/],
  [{ calls: { autoAnswer: { delaySeconds: 61 } } }, 'calls.autoAnswer.delaySeconds', /from 0 to 60/],
  [{ audio: { codecs: [] } }, 'audio.codecs', /at least one/],
  [{ audio: { codecs: ['PCMU', 'PCMU'] } }, 'audio.codecs', /twice/],
  [{ audio: { codecs: ['opus'] } }, 'audio.codecs', /"PCMU", "PCMA", "G722" or "Opus"/],
  [{ ui: { language: 'tlh' } }, 'ui.language', /"en"/],
  [null, 'patch', /must be an object/],
  [[], 'patch', /must be an object/],
  ['x', 'patch', /must be an object/],
]

for (const [patch, field, message] of refused) {
  test(`${JSON.stringify(patch)} is refused by name`, () => {
    assert.throws(
      () => mergeSettings(defaultSettings, patch),
      (error: { code?: string; data?: { field?: string }; message?: string }) => {
        assert.equal(error.code, 'invalid-params')
        assert.ok(error.data?.field?.startsWith(field), error.data?.field)
        assert.match(error.message ?? '', message)
        return true
      },
    )
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })
}

test('what a stored file says wrong costs that value alone, and is told', () => {
  const stored = {
    network: { sipPort: 5070, listenIp: 'nowhere', hologram: true },
    calls: 5,
    audio: { codecs: ['PCMA', 'opus'], input: 'USB' },
    future: { a: { b: { c: 1 } } },
  }
  const { settings, problems } = readSettings(stored)
  assert.equal(settings.network.sipPort, 5070)
  assert.equal(settings.network.listenIp, '')
  assert.equal(settings.audio.input, 'USB')
  assert.deepEqual(settings.audio.codecs, defaultSettings.audio.codecs)
  assert.deepEqual(settings.calls, defaultSettings.calls)
  assert.equal(problems.length, 5)
  assert.ok(problems.some((problem) => problem.includes('network.hologram')))
  for (const nonsense of [[], 'x', 5, null]) assert.deepEqual(readSettings(nonsense).settings, defaultSettings)
  assert.deepEqual(readSettings({}), { settings: defaultSettings, problems: [] })
})

test('settings written are settings read', () => {
  const settings = mergeSettings(defaultSettings, { network: { rtpPorts: [20_000, 20_100], stunServers: ['a', 'b'] } })
  assert.deepEqual(readSettings(JSON.parse(JSON.stringify(settings))), { settings, problems: [] })
})

test('the phone saves what is set, and not what the command line said', async () => {
  const bench = await benchPhone({
    overrides: { network: { sipPort: 5099 } },
    prepare: ({ store }) => (store.storedSettings = { ui: { theme: 'dark' } }),
  })
  assert.equal(bench.phone.settings().network.sipPort, 5099)
  assert.equal(bench.phone.settings().ui.theme, 'dark')
  const changed = bench.phone.setSettings({ calls: { doNotDisturb: true } })
  assert.equal(changed.network.sipPort, 5099)
  const [saved] = bench.store.saved as (typeof defaultSettings)[]
  assert.equal(saved?.network.sipPort, 5060)
  assert.equal(saved?.calls.doNotDisturb, true)
  assert.equal(saved?.ui.theme, 'dark')
  assert.throws(() => bench.phone.setSettings({ calls: { nap: true } }), { code: 'invalid-params' })
  assert.equal(bench.store.saved.length, 1)
  assert.equal(bench.phone.snapshot().doNotDisturb, true)
})

test('settings that cannot be saved are not used', async () => {
  const bench = await benchPhone()
  bench.store.saveSettings = () => {
    throw new Error('disk full')
  }
  assert.throws(() => bench.phone.setSettings({ calls: { doNotDisturb: true } }), { code: 'internal' })
  assert.equal(bench.phone.settings().calls.doNotDisturb, false)
})
