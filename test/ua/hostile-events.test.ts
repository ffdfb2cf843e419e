import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Events } from '../../electron/phone/events.ts'
import { writePidf } from '../../electron/phone/pidf.ts'
import { defaultSettings } from '../../electron/phone/settings.ts'
import { FakePhone } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { mutate } from '../support/mutate.ts'
import { headerOf, RawPeer } from '../support/raw-peer.ts'
import { seeded } from '../support/seeded.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Messages and NOTIFYs that are broken, or meant to break something, against everything from the socket to the lamp. */

const us = '10.0.0.1'
const info = (version: number, state: string) =>
  `<?xml version="1.0"?><dialog-info version="${version}" state="full" entity="sip:b@x"><dialog id="1" direction="recipient"><state>${state}</state></dialog></dialog-info>`
const summary = 'Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n'

test('no fault, nothing left behind, and the lamps go on', { timeout: 120_000 }, async () => {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const phone = new FakePhone()
  const { ua, engine, log } = await virtualAgent(time, net, us, 5, phone)
  const server = new RawPeer(net, '10.0.0.2')
  let heard = 0
  const events = new Events({
    agent: ua,
    accounts: {
      dial: (target) => ({ uri: target }),
      calling: () => undefined,
      usable: () => [],
      describe: () => [],
    },
    clock: time,
    log,
    trace: { noteInput: () => {} },
    settings: () => defaultSettings.calls,
    onChanged: () => {},
    book: new MemoryStore().messages,
    tell: () => heard++,
    onConversation: () => {},
  })
  Object.assign(phone, {
    onMessage: events.messages.onMessage.bind(events.messages),
    onUnsolicited: events.voicemail.onUnsolicited.bind(events.voicemail),
  })
  const subscribes = new Map<string, string>()
  let granted = 0
  server.onText = (text) => {
    if (!text.startsWith('SUBSCRIBE')) return
    subscribes.set(headerOf(text, 'Event') ?? '', text)
    if (granted++ < 500) server.send(server.answer(text, 200, 'n', ['Expires: 3600', 'Contact: <sip:pa@10.0.0.2>']), us)
  }
  events.presence.watch({ target: 'sip:b@10.0.0.2', kind: 'presence' })
  events.presence.watch({ target: 'sip:b@10.0.0.2', kind: 'dialog' })
  await time.advance(100)

  let sequence = 1
  const notify = (event: string, type: string, body: string, state = 'active;expires=3600'): string => {
    const asked = subscribes.get(event) ?? ''
    const lines = [
      'From: <sip:b@10.0.0.2>;tag=n',
      `To: ${headerOf(asked, 'From')}`,
      `Call-ID: ${headerOf(asked, 'Call-ID')}`,
      `CSeq: ${++sequence} NOTIFY`,
      'Contact: <sip:pa@10.0.0.2>',
      `Event: ${event}`,
      `Subscription-State: ${state}`,
      `Content-Type: ${type}`,
    ]
    const text = server.request('NOTIFY', `sip:dialtone@${us}`, lines, `z9hG4bK-h${sequence}`)
    return text.replace(/Content-Length: 0\r\n\r\n$/, `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  const message = () => {
    const lines = ['Content-Type: text/plain;charset=utf-8', `Call-ID: m${++sequence}`]
    const text = server.request('MESSAGE', `sip:dialtone@${us}`, lines, `z9hG4bK-h${sequence}`)
    return text.replace(/Content-Length: 0\r\n\r\n$/, 'Content-Length: 6\r\n\r\n你好')
  }
  const material = (): string[] => [
    notify('presence', 'application/pidf+xml', writePidf('sip:b@x', 'away')),
    notify('dialog', 'application/dialog-info+xml', info(sequence, 'early')),
    notify('presence', 'application/pidf+xml', '', 'terminated;reason=giveup;retry-after=1'),
    notify('message-summary', 'application/simple-message-summary', summary),
    message(),
    server.request(
      'SUBSCRIBE',
      `sip:dialtone@${us}`,
      ['Event: presence', `Call-ID: s${sequence}`],
      `z9hG4bK-h${sequence}`,
    ),
  ]
  const chance = seeded(9)
  for (let round = 0; round < 1500; round++) {
    const texts = material().map((text) => Buffer.from(text))
    for (const text of texts) server.send(mutate(text, texts, chance), us)
    await time.advance(50)
  }
  assert.deepEqual(log.faults, [])
  assert.ok(heard > 0)

  // Whatever they brought about, an honest server is understood again.
  granted = 0
  for (const kind of ['presence', 'dialog'] as const) {
    subscribes.clear()
    events.presence.unwatch('sip:b@10.0.0.2')
    events.presence.watch({ target: 'sip:b@10.0.0.2', kind })
    await time.advance(1000)
    const body = kind === 'presence' ? writePidf('sip:b@x', 'busy') : info(0, 'confirmed')
    server.send(notify(kind, kind === 'presence' ? 'application/pidf+xml' : 'application/dialog-info+xml', body), us)
    await time.advance(1000)
    assert.deepEqual(
      events.presence.describe().map(({ state }) => state),
      ['busy'],
    )
  }
  server.onText = () => {}
  const closing = events.close()
  await time.advance(3000)
  await closing
  await time.advance(200_000)
  const { clientTransactions, serverTransactions, dialogs } = engine.counts()
  assert.deepEqual([clientTransactions, serverTransactions, dialogs], [0, 0, 0])
  assert.deepEqual(log.faults, [])
  await ua.close()
})
