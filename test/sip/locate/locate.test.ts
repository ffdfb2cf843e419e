import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createLocate, type LocateOptions } from '../../../electron/sip/locate/locate.ts'

const neverFires = { now: () => 0, after: () => () => {} }

const hosts: Readonly<Record<string, readonly string[]>> = {
  'both.test': ['2001:db8::1', '192.0.2.1', '192.0.2.1'],
  'four.test': ['192.0.2.4'],
  'odd.test': ['nonsense'],
}

function locate(options: Partial<LocateOptions> = {}) {
  const lookup = (host: string) => {
    const found = hosts[host]
    return found ? Promise.resolve(found) : Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
  }
  const all: LocateOptions = {
    clock: neverFires,
    ipVersion: 'auto',
    transports: ['udp', 'tcp', 'tls'],
    resolver: { lookup },
    ...options,
  }
  const find = createLocate(all)
  return async (uri: string) => (await find(uri)).map((end) => `${end.transport} ${end.address} ${end.port}`)
}

const fails = (code: string) => ({ name: 'LocateError', code })

suite('where a SIP URI leads (RFC 3263)', () => {
  test('numeric hosts need no resolver', async () => {
    const find = locate({ resolver: { lookup: () => assert.fail('the DNS was asked') } })
    assert.deepEqual(await find('sip:1001@192.168.11.175:50600'), ['udp 192.168.11.175 50600'])
    assert.deepEqual(await find('sip:[2001:db8::7]'), ['udp 2001:db8::7 5060'])
    assert.deepEqual(await find('sip:a@far.test;maddr=192.0.2.9'), ['udp 192.0.2.9 5060'])
    assert.deepEqual(await find('sip:a@far.test;maddr=[2001:db8::7]'), ['udp 2001:db8::7 5060'])
  })

  test('names: every address once, in the order of the resolver', async () => {
    assert.deepEqual(await locate()('sip:a@both.test'), ['udp 2001:db8::1 5060', 'udp 192.0.2.1 5060'])
    assert.deepEqual(await locate({ ipVersion: '4' })('sip:a@both.test'), ['udp 192.0.2.1 5060'])
    assert.deepEqual(await locate({ ipVersion: '6' })('sip:a@both.test:5070'), ['udp 2001:db8::1 5070'])
  })

  test('transport and its port', async () => {
    assert.deepEqual(await locate()('sip:a@four.test;transport=TCP'), ['tcp 192.0.2.4 5060'])
    assert.deepEqual(await locate()('sips:a@four.test'), ['tls 192.0.2.4 5061'])
    assert.deepEqual(await locate()('sips:a@four.test;transport=tcp'), ['tls 192.0.2.4 5061'])
    await assert.rejects(locate({ transports: ['udp'] })('sips:a@four.test'), fails('unsupported-transport'))
    await assert.rejects(locate()('sip:a@four.test;transport=sctp'), fails('unsupported-transport'))
    await assert.rejects(locate()('sips:a@four.test;transport=udp'), fails('unsupported-transport'))
  })

  test('what leads nowhere says why', async () => {
    await assert.rejects(locate()('tel:+123'), fails('bad-uri'))
    await assert.rejects(locate()('four.test'), fails('bad-uri'))
    await assert.rejects(locate()('sip:a@nowhere.test'), fails('not-found'))
    await assert.rejects(locate({ ipVersion: '6' })('sip:a@four.test'), fails('no-address'))
    await assert.rejects(locate({ ipVersion: '6' })('sip:a@192.0.2.1'), fails('no-address'))
    await assert.rejects(locate()('sip:a@odd.test'), fails('no-address'))
    const broken = locate({ resolver: { lookup: () => Promise.reject(new Error('EAI_AGAIN')) } })
    await assert.rejects(broken('sip:a@four.test'), fails('failed'))
  })

  test('a resolver that never answers is given up, and one that does leaves no timer', async () => {
    const timers = new Map<number, () => void>()
    const clock = {
      now: () => 0,
      after: (ms: number, fire: () => void) => {
        timers.set(ms, fire)
        return () => void timers.delete(ms)
      },
    }
    await locate({ clock })('sip:a@four.test')
    assert.equal(timers.size, 0)
    const hanging = locate({ clock, timeoutMs: 700, resolver: { lookup: () => new Promise(() => {}) } })('sip:a@x.test')
    timers.get(700)?.()
    await assert.rejects(hanging, fails('timeout'))
    assert.equal(timers.size, 0)
  })

  test('the system knows localhost', async () => {
    const find = createLocate({ clock: neverFires, ipVersion: '4', transports: ['udp'] })
    assert.deepEqual(await find('sip:a@localhost:5099'), [{ transport: 'udp', address: '127.0.0.1', port: 5099 }])
  })
})
