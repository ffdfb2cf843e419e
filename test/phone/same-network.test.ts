import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { test } from 'node:test'
import { sameNetwork } from '../../electron/phone/same-network.ts'
import { seeded } from '../support/seeded.ts'

test('IPv4: the bits of the prefix decide, as Node’s own block list has it', () => {
  const random = seeded(7)
  const local = '192.168.129.5'
  const seen = { inside: 0, outside: 0 }
  for (let prefix = 1; prefix <= 32; prefix++) {
    const subnet = new BlockList()
    subnet.addSubnet(local, prefix)
    for (let round = 0; round < 40; round++) {
      const flipped = Math.floor(random() * 32)
      const parts = local.split('.').map(Number)
      const remote = parts.map((part, at) => (at === flipped >> 3 ? part ^ (0x80 >> (flipped & 7)) : part)).join('.')
      const inside = sameNetwork(local, remote, ['10.0.0.2/8', `${local}/${prefix}`])
      assert.equal(inside, subnet.check(remote), `${remote} in ${local}/${prefix}`)
      seen[inside ? 'inside' : 'outside']++
    }
  }
  assert.ok(seen.inside > 200 && seen.outside > 200, JSON.stringify(seen))
  assert.ok(sameNetwork(local, '8.8.8.8', [`${local}/0`]))
})

test('an address is near itself, and nobody where none of the networks is ours', () => {
  assert.ok(sameNetwork('10.0.0.1', '10.0.0.1', []))
  assert.ok(!sameNetwork('10.0.0.1', '10.0.0.2', []))
  assert.ok(!sameNetwork('10.0.0.1', '10.0.0.2', ['10.0.0.9/8']), 'that is another one of our addresses')
})

test('IPv6, and never one family in the other', () => {
  assert.ok(sameNetwork('2001:db8::5', '2001:DB8:0:0:1::1', ['2001:db8::5/64']))
  assert.ok(!sameNetwork('2001:db8::5', '2001:db8:0:1::1', ['2001:db8::5/64']))
  assert.ok(!sameNetwork('2001:db8::5', '10.0.0.1', ['2001:db8::5/0']))
})
