import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksStun, type Between, mediaAddress, type NatSettings, sipAddress } from '../../electron/phone/nat-address.ts'
import { defaultSettings } from '../../electron/phone/settings.ts'

const stun: NatSettings = { ...defaultSettings.network, stunServers: ['stun.test'] }
const seen = { address: '203.0.113.7', port: 61_000 }
const internal = { address: '192.168.1.5', port: 5060 }
const between = (changes: Partial<Between> = {}): Between => ({
  local: '192.168.1.5',
  remote: '198.51.100.1',
  sendInternalIp: 'default',
  otherwise: 'auto',
  cidrs: () => ['10.0.0.2/8', '192.168.1.5/24'],
  ...changes,
})

test('Send Internal IP: account, then global, then whether the peer is in the same subnet', () => {
  const near = '192.168.1.77'
  const far = '192.168.2.77'
  // account, global, told to a near peer, told to a far one
  const table = [
    ['default', 'auto', 'internal', 'outside'],
    ['default', 'always', 'internal', 'internal'],
    ['default', 'never', 'outside', 'outside'],
    ['always', 'auto', 'internal', 'internal'],
    ['always', 'always', 'internal', 'internal'],
    ['always', 'never', 'internal', 'internal'],
    ['never', 'auto', 'outside', 'outside'],
    ['never', 'always', 'outside', 'outside'],
    ['never', 'never', 'outside', 'outside'],
  ] as const
  for (const [sendInternalIp, otherwise, toNear, toFar] of table) {
    for (const [remote, expected] of [
      [near, toNear],
      [far, toFar],
    ] as const) {
      const told = sipAddress(stun, between({ sendInternalIp, otherwise, remote }), 5060, seen)
      const context = `${sendInternalIp} ${otherwise} ${remote}`
      assert.deepEqual(told, expected === 'internal' ? internal : seen, context)
      const media = mediaAddress(stun, between({ sendInternalIp, otherwise, remote }), 5060, seen)
      assert.deepEqual(media, told, context)
    }
  }
})

test('what is told outside: X-NAT, the discovered address, the given one, automatic detection', () => {
  const given = { address: '192.0.2.99', port: 5060 }
  const givenWithSeenPort = { address: '192.0.2.99', port: 61_000 }
  // useXNat, autoDetectIp, NAT Firewall IP, useDiscoveredAddress: asked, in SIP, in the session description
  const table = [
    ['default', true, '', true, true, seen, seen],
    ['default', true, '', false, true, internal, seen],
    ['default', true, given.address, true, false, given, given],
    ['default', true, given.address, false, false, given, given],
    ['default', false, '', true, false, internal, internal],
    ['default', false, given.address, true, false, given, given],
    ['always', true, '', true, true, seen, seen],
    ['always', true, '', false, true, internal, seen],
    ['always', true, given.address, true, true, givenWithSeenPort, givenWithSeenPort],
    ['always', true, given.address, false, true, given, givenWithSeenPort],
    ['always', false, '', true, true, internal, internal],
    ['always', false, given.address, true, true, givenWithSeenPort, givenWithSeenPort],
    ['never', true, '', true, false, internal, internal],
    ['never', true, given.address, true, false, given, given],
    ['never', false, given.address, true, false, given, given],
    ['never', false, '', true, false, internal, internal],
  ] as const
  for (const [useXNat, autoDetectIp, natFirewallIp, useDiscoveredAddress, asks, inSip, inMedia] of table) {
    const settings = { ...stun, useXNat, autoDetectIp, natFirewallIp, useDiscoveredAddress }
    const context = JSON.stringify(settings)
    assert.equal(asksStun(settings), asks, context)
    assert.equal(asksStun({ ...settings, stunServers: [] }), false, context)
    assert.deepEqual(sipAddress(settings, between(), 5060, seen), inSip, context)
    assert.deepEqual(mediaAddress(settings, between(), 5060, seen), inMedia, context)
    // Nobody answered: the given address, or our own
    const unseen = natFirewallIp === '' ? internal : given
    assert.deepEqual(sipAddress(settings, between(), 5060, undefined), unseen, context)
    assert.deepEqual(mediaAddress(settings, between(), 5060, undefined), unseen, context)
  }
})

test('an address of the other family is told to nobody', () => {
  const six = between({ local: '2001:db8::5', remote: '2001:db8:9::1', cidrs: () => ['2001:db8::5/64'] })
  assert.deepEqual(sipAddress(stun, six, 5060, seen), { address: '2001:db8::5', port: 5060 })
  assert.deepEqual(sipAddress({ ...stun, natFirewallIp: '192.0.2.99' }, six, 5060, undefined), {
    address: '2001:db8::5',
    port: 5060,
  })
})
