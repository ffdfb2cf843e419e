import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Dialog } from '../../electron/phone/ports.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone, nameOf, sdp } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { testLog } from '../support/silent-log.ts'
import { freePort, runSipp, untilAccepting, untilTaken } from '../support/sipp/run.ts'

/** Against a SIP stack that nobody here wrote: 50 calls a second, 200 calls, none may fail. */
const calls = 200
const rate = 50

for (const transport of ['udp', 'tcp'] as const) {
  test(`sipp calls over ${transport}, holds and hangs up`, async (t) => {
    const phone = new FakePhone()
    const log = testLog()
    phone.react = (invite) => {
      invite.ring()
      void phone.accept(invite)
    }
    const ua = await userAgentStarter({ clock: realClock, log })(
      { address: '127.0.0.1', port: 0, product: 'Dialtone/test' },
      phone,
    )
    t.after(() => ua.close())
    const target = `127.0.0.1:${ua.listening[0]!.port}`
    const result = await runSipp({ scenario: 'uac', transport, calls, rate, port: await freePort(), target })
    assert.deepEqual(
      { ...result, errors: result.errors.trim() },
      { exitCode: 0, successful: calls, failed: 0, errors: '' },
    )
    const count = (event: string) => phone.events.filter((seen) => seen === event).length
    assert.deepEqual(['onReinvite hold', 'onBye remote'].map(count), [calls, calls])
    assert.equal(count('onAck'), 2 * calls)
    assert.deepEqual(log.faults, [])
  })

  test(`sipp is called over ${transport}, gets an INFO and a BYE`, async (t) => {
    const phone = new FakePhone()
    const log = testLog()
    const ua = await userAgentStarter({ clock: realClock, log })(
      { address: '127.0.0.1', port: 0, product: 'Dialtone/test' },
      phone,
    )
    t.after(() => ua.close())
    const port = await freePort()
    const running = runSipp({ scenario: 'uas', transport, calls, port })
    await (transport === 'udp' ? untilTaken(port) : untilAccepting(port))
    const outcomes: Promise<string>[] = []
    for (let made = 0; made < calls; made++) {
      outcomes.push(oneCall(port))
      await new Promise((resolve) => setTimeout(resolve, 1_000 / rate))
    }
    assert.deepEqual(new Set(await Promise.all(outcomes)), new Set(['answer 180 200']))
    const result = await running
    assert.deepEqual([result.exitCode, result.successful, result.failed], [0, calls, 0], result.errors)
    assert.deepEqual(log.faults, [])

    function oneCall(to: number): Promise<string> {
      return new Promise((resolve) => {
        const provisional: number[] = []
        const finish = async (dialog: Dialog, answer: string) => {
          const { status } = await dialog.info('application/dtmf-relay', 'Signal=1\r\n')
          await dialog.bye()
          resolve([nameOf(answer), ...provisional, status].join(' '))
        }
        const from = { uri: 'sip:me@127.0.0.1' }
        ua.invite(
          { uri: `sip:uas@127.0.0.1:${to};transport=${transport}`, from, sdp: sdp('offer') },
          {
            onProvisional: ({ status }) => provisional.push(status),
            onAccepted: (dialog, answer) => void finish(dialog, answer),
            onRejected: ({ status, source }) => resolve(`rejected ${status} ${source}`),
          },
        )
      })
    }
  })
}
