import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runCall, startDialtone } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { Baresip } from '../support/peers/baresip.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { toneSound, writeSound } from '../support/wav.ts'

/** What was recorded, in the eyes of programs that nobody here wrote. */

describe('the trace', { skip: missing('kamailio', 'baresip', 'tshark') }, () => {
  test('of a registration and a call through kamailio to baresip: tshark reads what the phone saw', async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope, 'trace')
    const play = join(folder, 'tone.wav')
    await writeSound(play, toneSound(1000, 60))
    const kamailio = await Kamailio.start(scope, { switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV', 'WITH_QOP'] })
    const at = { domain: kamailio.domain, proxy: kamailio.proxy, password: 'secret' }
    const phone = await RpcPhone.start(scope, ['--audio', 'tone'])
    const { id } = await phone.request('accounts.save', { account: { username: 'alice', ...at } })
    await phone.notification('phone.snapshot', ({ accounts }) => accounts[0]?.registration.state === 'registered')
    await Baresip.start(scope, { play, user: 'bob', registrar: at })
    const asBob = { username: 'bob', ...at, register: 'never' }
    const { id: bob } = await phone.request('accounts.save', { account: asBob })
    const isThere = async () => (await phone.request('accounts.bindings', { id: bob })).contacts.length > 0
    await until('bob is registered', isThere)
    const { callId } = await phone.request('call.dial', { target: 'bob', accountId: id })
    await phone.state(callId, 'confirmed')
    await phone.request('call.hangup', { callId })
    const { sipCallId } = await phone.ended(callId)

    const path = join(folder, 'all.pcap')
    await phone.request('trace.export', { format: 'pcap', path })
    const fields = ['sip.Method', 'sip.Status-Code', 'sip.CSeq.method', 'sip.Call-ID', 'udp.srcport', 'udp.dstport']
    const ports = `udp.port==${kamailio.port},sip`
    const options = ['-r', path, '-d', ports, '-T', 'fields', '-E', 'separator=;', ...fields.flatMap((f) => ['-e', f])]
    const told = execFileSync('tshark', options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const port = (written: string) => written.slice(written.lastIndexOf(':') + 1)
    const own = (await phone.messages()).map(({ method, code, sipCallId, direction, local, remote }) => {
      const ends = direction === 'out' ? [local, remote] : [remote, local]
      return [code === undefined ? method : '', code ?? '', method, sipCallId, ...ends.map(port)].join(';')
    })
    assert.deepEqual(told.trimEnd().split('\n'), own)

    const shown = await startDialtone(scope, ['trace', path, '--json'])
    assert.equal((await shown.exited).code, 0)
    const { calls } = JSON.parse(shown.stdout) as {
      calls: { sipCallId: string; findings: { name: string; text: string }[] }[]
    }
    const about = (id: string) => calls.find((call) => call.sipCallId === id)?.findings.map(({ name }) => name) ?? []
    for (const name of ['digest.asked', 'digest.accepted', 'ended.bye', 'media.agreed'])
      assert.ok(about(sipCallId).includes(name), `${name} in ${about(sipCallId)}`)
    const registration = calls.find(({ findings }) => findings.some(({ name }) => name === 'registration.registered'))
    assert.match(registration?.findings.map(({ text }) => text).join('\n') ?? '', /alice@sip\.test is registered/)
    assert.ok(!about(sipCallId).some((name) => /^nat\.|refused|wrong/.test(name)), `${about(sipCallId)}`)
  })

  test('of a call with --trace: tshark finds both streams of RTP, without their speech', async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope, 'trace')
    const play = join(folder, 'tone.wav')
    const path = join(folder, 'call.pcap')
    await writeSound(play, toneSound(1000, 60))
    const baresip = await Baresip.start(scope, { play })
    const args = ['--audio', 'tone', '--duration', '2', '--trace', path]
    const { code, result } = await runCall(scope, baresip.target, args)
    assert.equal(code, 0)
    const read = (...options: string[]) =>
      execFileSync('tshark', ['-r', path, ...options], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const streams = read('-q', '-z', 'rtp,streams')
      .split('\n')
      .filter((line) => /g711[UA]/i.test(line))
    assert.equal(streams.length, 2, read('-q', '-z', 'rtp,streams'))
    const packets = streams.map((line) => Number(/g711[UA]\s+(\d+)/i.exec(line)?.[1]))
    const { sent, received } = result.quality!
    assert.ok(packets.includes(sent.packets), `${packets} with ${sent.packets} sent`)
    // Some came before the call was configured, or too late to be heard.
    assert.ok(
      packets.every((count) => count === sent.packets || count >= received.packets),
      `${packets}`,
    )
    const sizes = read('-Y', 'rtp', '-T', 'fields', '-e', 'frame.cap_len', '-e', 'frame.len').trim().split('\n')
    assert.deepEqual([...new Set(sizes)], ['40\t200'])
    assert.match(read('-Y', 'sip', '-T', 'fields', '-e', 'sip.Method'), /^INVITE[\s\S]*BYE/)
  })
})
