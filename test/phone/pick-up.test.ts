import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RingingDialog } from '../../electron/phone/dialog-info.ts'
import { pickUpOf } from '../../electron/phone/pick-up.ts'
import { benchPhone, type Bench } from '../support/phone-bench.ts'

/** Taking a call that rings at somebody else's phone (RFC 3891, RFC 4235). */

const ringing: RingingDialog = {
  callId: 'a84b4c76e66710@pc33.example.org',
  localTag: 'bobs',
  remoteTag: 'carols',
  target: 'sip:carol@192.0.2.3:5062;transport=tcp',
}
const replaces = { callId: ringing.callId, toTag: 'carols', fromTag: 'bobs', earlyOnly: true }

const info = (state: string, more = '', remote = '<target uri="sip:carol@192.0.2.3"/>') =>
  `<dialog-info version="0" state="full" entity="sip:bob@x"><dialog id="1" direction="recipient" ${more}><state>${state}</state><remote><identity>sip:carol@sip.test</identity>${remote}</remote></dialog></dialog-info>`
const named = 'call-id="c1" local-tag="bobs" remote-tag="carols"'

function tell({ agent }: Bench, body: string): void {
  agent.subscriptions.at(-1)?.notify({ subscription: { state: 'active', expiresSeconds: 3600 }, body })
}

const ways = ({ phone }: Bench) => phone.snapshot().presence.map(({ pickUp }) => pickUp)

test('the caller is called in the place of the phone that rings, the tags as it sees them', () => {
  assert.deepEqual(pickUpOf(ringing, 'sip:bob@sip.test', '*8'), { uri: ringing.target, replaces })
  const headers = pickUpOf({ ...ringing, target: 'sip:carol@192.0.2.3?Replaces=x&Subject=y' }, 'sip:bob@sip.test', '')
  assert.deepEqual(headers, { uri: 'sip:carol@192.0.2.3', replaces })
})

test('what is not told, or cannot stand in a header field, is no dialog: then the code, or nothing', () => {
  const broken: Partial<RingingDialog>[] = [
    { callId: undefined },
    { callId: 'x\r\nVia: y' },
    { callId: 'x;to-tag=y' },
    { localTag: '' },
    { localTag: 'a;b' },
    { remoteTag: 'a b' },
    { remoteTag: 'x'.repeat(257) },
    { target: undefined },
    { target: 'http://example.org' },
    { target: 'sip:' },
    { target: 'sip:a@b\r\nX: y' },
  ]
  for (const change of broken) {
    const dialog = { ...ringing, ...change }
    assert.equal(pickUpOf(dialog, 'sip:bob@sip.test', ''), undefined, JSON.stringify(change))
    assert.deepEqual(pickUpOf(dialog, 'sip:bob@sip.test', '*8'), { uri: 'sip:*8bob@sip.test' })
  }
  assert.deepEqual(pickUpOf(undefined, 'sips:1003@sip.test:5061;x=y', '#8 <'), {
    uri: 'sips:%238%20%3C1003@sip.test:5061;x=y',
  })
  assert.equal(pickUpOf(undefined, 'sip:sip.test', '*8'), undefined)
})

test('a lamp that rings tells how it can be taken, and the call goes out so', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  phone.presence.watch({ target: 'bob@192.0.2.2', kind: 'dialog' })
  await time.advance(0)
  assert.throws(() => phone.pickUp('bob@192.0.2.2'), { code: 'bad-state' })
  assert.throws(() => phone.pickUp('carol@192.0.2.2'), { code: 'not-found' })
  tell(bench, info('early', named))
  assert.deepEqual(ways(bench), ['replaces'])
  const { callId } = phone.pickUp('bob@192.0.2.2')
  await time.advance(0)
  const { invite } = agent.invites.at(-1)!
  assert.equal(invite.uri, 'sip:carol@192.0.2.3')
  assert.deepEqual(invite.referral?.replaces, { callId: 'c1', toTag: 'carols', fromTag: 'bobs', earlyOnly: true })
  assert.equal(invite.referral?.requiresReplaces, true)
  assert.deepEqual(
    phone.snapshot().calls.map((call) => call.callId),
    [callId],
  )
  tell(bench, info('early', named, ''))
  assert.deepEqual(ways(bench), ['replaces'])
  // Nothing is taken from somebody who talks, or who calls.
  tell(bench, info('confirmed', named))
  assert.deepEqual(ways(bench), [undefined])
  tell(bench, info('early', named).replace('recipient', 'initiator'))
  assert.deepEqual(ways(bench), [undefined])
  tell(bench, info('early'))
  assert.deepEqual(ways(bench), [undefined])
})

test('where the dialog is not named the account’s pick-up code is dialled, through the account', async () => {
  const bench = await benchPhone()
  const { phone, agent, time } = bench
  phone.saveAccount({ username: 'alice', password: 'x', domain: 'sip.test', pickupCode: '*8', dialPrefix: '9' })
  phone.presence.watch({ target: 'sip:1003@sip.test', kind: 'dialog' })
  await time.advance(0)
  tell(bench, info('early'))
  assert.deepEqual(ways(bench), ['code'])
  phone.pickUp('sip:1003@sip.test')
  await time.advance(0)
  const { invite } = agent.invites.at(-1)!
  assert.deepEqual(
    [invite.uri, invite.line === agent.lines[0], invite.referral],
    ['sip:*81003@sip.test', true, undefined],
  )
})
