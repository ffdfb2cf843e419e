import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

test('a call over IPv6, with sound both ways', { skip: hasIpv6 ? false : 'needs ::1' }, async (t) => {
  const scope = scopeOf(t)
  const six = ['--audio', 'tone', '--listen', '::1']
  const caller = await RpcPhone.start(scope, six)
  const callee = await RpcPhone.start(scope, six)
  await caller.request('trace.subscribe', { on: true })
  const { listening } = await callee.request('phone.info', {})
  const port = listening.find(({ transport }) => transport === 'udp')?.port
  const { callId } = await caller.request('call.dial', { target: `100@[::1]:${port}` })
  const incoming = await callee.notification('call.state', ({ state }) => state === 'incoming')
  await callee.request('call.answer', { callId: incoming.callId })
  await caller.notification('call.quality', ({ quality }) => quality.received.packets >= 25)
  await callee.notification('call.quality', ({ quality }) => quality.received.packets >= 25)
  const invite = caller.all('trace.message').find(({ method, direction }) => method === 'INVITE' && direction === 'out')
  assert.match(invite?.text ?? '', /^c=IN IP6 ::1\r?$/m)
  assert.match(invite?.text ?? '', /^Contact: <sip:[^@]*@\[::1\]:\d+>/m)
  await caller.request('call.hangup', { callId })
})
