import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { ladder } from '../../electron/dissect/ladder.ts'
import type { Clock, OutgoingInviteDelegate } from '../../electron/phone/ports.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { missing } from '../support/needs.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'
import { freePort, runSipp, untilTaken, type SippRun } from '../support/sipp/run.ts'
import {
  acceptsLate,
  answersLate,
  gets,
  hears,
  hearsFirst,
  pause,
  request,
  response,
  scenario,
} from '../support/sipp/scenario.ts'

/** Messages that cross or never arrive, between us and a SIP stack that nobody here wrote. */

/** Its number goes into the PRACK as [$1]. */
const getsReliable180 = `<recv response="180" rrs="true"><action><ereg regexp="[0-9]+" search_in="hdr" header="RSeq:" assign_to="1"/></action></recv>`

async function bench(t: TestContext, clock: Clock = realClock) {
  const scope = scopeOf(t)
  const phone = new FakePhone()
  const log = testLog()
  const wireTap = new TraceRecorder(clock)
  const options = { address: '127.0.0.1', port: 0, product: 'Dialtone/test' }
  const ua = await userAgentStarter({ clock, log, wireTap })(options, phone)
  scope.after(() => ua.close())
  scope.onFailure(() => {
    // The calls that ended as they should look alike: the longest one is the one to look at.
    const calls = Map.groupBy(wireTap.list({ text: true }), ({ sipCallId }) => sipCallId)
    const longest = [...calls.values()].toSorted((one, other) => other.length - one.length)[0]
    return ladder(longest ?? [])
  })
  const target = `127.0.0.1:${ua.listening[0]!.port}`
  const count = (event: string) => phone.events.filter((seen) => seen.startsWith(event)).length
  /** sipp calls us. */
  const called = async (steps: readonly string[], calls: number, more: Partial<SippRun> = {}) => {
    const run = { scenario: scenario('caller', steps), calls, rate: 20, port: await freePort(), target, ...more }
    const result = await runSipp(run)
    assert.deepEqual([result.successful, result.failed, result.exitCode], [calls, 0, 0], result.errors)
  }
  /** We call sipp; `each` does what there is to do. */
  const calling = async (steps: readonly string[], calls: number, each: (uri: string) => void) => {
    const port = await freePort()
    const running = runSipp({ scenario: scenario('called', steps), calls, port })
    await untilTaken(port)
    for (let made = 0; made < calls; made++) each(`sip:sipp@127.0.0.1:${port}`)
    const result = await running
    assert.deepEqual([result.successful, result.failed, result.exitCode], [calls, 0, 0], result.errors)
  }
  const invite = (uri: string, delegate: OutgoingInviteDelegate) =>
    ua.invite({ uri, from: { uri: 'sip:me@127.0.0.1' }, sdp: sdp('offer') }, delegate)
  return { phone, log, count, called, calling, invite }
}

const answered = [gets(100, 'optional="true"'), gets(180, 'optional="true"'), gets(200, 'rrs="true"')]

suite('sipp: messages that cross', { skip: missing('sipp'), concurrency: 2 }, () => {
  test('their CANCEL against our 200: it changes nothing, and the call lives until its BYE', async (t) => {
    const { phone, log, count, called } = await bench(t)
    phone.react = (invite) => void phone.accept(invite)
    const calls = 20
    await called(
      [
        request('INVITE', 1, { sdp: 'offer' }),
        ...answered,
        request('CANCEL', 1, { branch: '[branch-4]' }),
        gets(200),
        request('ACK', 1),
        pause(100),
        request('BYE', 2),
        gets(200),
      ],
      calls,
    )
    assert.deepEqual([count('onCancelled'), count('onAck'), count('onBye remote')], [0, calls, calls])
    assert.deepEqual(log.faults, [])
  })

  test('our CANCEL against their 200: acknowledged and ended, and told as given up', async (t) => {
    const { phone, log, count, calling, invite } = await bench(t)
    const calls = 20
    const steps = [
      hearsFirst('INVITE'),
      response(180),
      hears('CANCEL'),
      response(200),
      // Somebody has picked up before they heard of ours.
      acceptsLate('answer'),
      hears('ACK'),
      hears('BYE'),
      response(200, {}, true),
    ]
    await calling(steps, calls, (uri) => {
      const delegate = phone.outgoing()
      const onProvisional: typeof delegate.onProvisional = (provisional) => {
        delegate.onProvisional(provisional)
        made.cancel()
      }
      const made = invite(uri, { ...delegate, onProvisional })
    })
    assert.deepEqual([count('onRejected 487'), count('onAccepted')], [calls, 0])
    assert.deepEqual(log.faults, [])
  })

  test('our BYE against their re-INVITE: 481, and the BYE is answered', async (t) => {
    const { phone, log, count, called } = await bench(t)
    phone.react = (invite) => void phone.accept(invite).then((dialog) => dialog.bye())
    await called(
      [
        request('INVITE', 1, { sdp: 'offer' }),
        ...answered,
        request('ACK', 1),
        hearsFirst('BYE'),
        // Theirs was on its way already when ours came.
        request('INVITE', 2, { sdp: 'hold' }),
        gets(100, 'optional="true"'),
        gets(481),
        request('ACK', 2),
        answersLate(200),
      ],
      20,
    )
    assert.deepEqual([count('onReinvite'), count('onBye')], [0, 0])
    assert.deepEqual(log.faults, [])
  })

  test('their BYE against our re-INVITE: the call is over, once, and the re-INVITE has an end', async (t) => {
    const { phone, log, count, called } = await bench(t)
    const results: number[] = []
    phone.react = (invite) =>
      void phone.accept(invite).then(async (dialog) => {
        results.push((await dialog.reinvite(sdp('hold'))).status)
      })
    const calls = 20
    await called(
      [
        request('INVITE', 1, { sdp: 'offer' }),
        ...answered,
        request('ACK', 1),
        hearsFirst('INVITE'),
        response(100, {}, true),
        request('BYE', 2),
        gets(200),
        answersLate(487),
        hears('ACK'),
      ],
      calls,
    )
    assert.equal(results.length, calls)
    assert.ok(
      results.every((status) => status === 481 || status === 487),
      String(results),
    )
    assert.equal(count('onBye'), calls)
    assert.deepEqual(log.faults, [])
  })
})

suite('sipp: messages that are lost', { skip: missing('sipp'), concurrency: 2 }, () => {
  const bye = [request('BYE', 2), gets(200)]

  test('a quarter of all ACKs: our 200 comes again until one arrives', async (t) => {
    const { phone, log, count, called } = await bench(t)
    phone.react = (invite) => void phone.accept(invite)
    await called(
      [
        request('INVITE', 1, { sdp: 'offer' }),
        ...answered,
        request('ACK', 1, { with: 'lost="25"' }),
        pause(4_000),
        ...bye,
      ],
      30,
    )
    assert.deepEqual([count('onBye remote'), count('onBye network')], [30, 0])
    assert.ok(count('onAck') >= 25, 'four losses in a row are rare')
    assert.deepEqual(log.faults, [])
  })

  test('a quarter of all 200s of ours', async (t) => {
    const { phone, log, count, called } = await bench(t)
    phone.react = (invite) => void phone.accept(invite)
    const lossy = [...answered.slice(0, 2), gets(200, 'rrs="true" lost="25"')]
    await called([request('INVITE', 1, { sdp: 'offer' }), ...lossy, request('ACK', 1), pause(50), ...bye], 30)
    assert.deepEqual([count('onAck'), count('onBye remote')], [30, 30])
    assert.deepEqual(log.faults, [])
  })

  test('a quarter of all 200s of theirs', async (t) => {
    const { phone, log, calling, invite } = await bench(t)
    const steps = [
      hears('INVITE', 'rrs="true"'),
      response(180),
      response(200, { sdp: 'answer', with: 'retrans="500" lost="25"' }),
      // Where the machine is busy, the INVITE comes again before sipp has said anything.
      hears('INVITE', 'optional="true"'),
      hears('ACK'),
      hears('BYE'),
      response(200, {}, true),
    ]
    let accepted = 0
    await calling(steps, 20, (uri) => {
      const delegate = phone.outgoing()
      const onAccepted: typeof delegate.onAccepted = (dialog, answer) => {
        delegate.onAccepted(dialog, answer)
        accepted++
        void dialog.bye()
      }
      invite(uri, { ...delegate, onAccepted })
    })
    assert.equal(accepted, 20, 'each once, however often it came')
    assert.deepEqual(log.faults, [])
  })

  test('one in ten of their PRACKs: the 180 comes again until one arrives', async (t) => {
    const { phone, log, count, called } = await bench(t)
    phone.react = (invite) => {
      invite.ring()
      setTimeout(() => void phone.accept(invite).catch(() => {}), 5_000)
    }
    await called(
      [
        request('INVITE', 1, { sdp: 'offer', lines: ['Require: 100rel'] }),
        gets(100, 'optional="true"'),
        getsReliable180,
        // Four in a row are lost hardly ever: by then the call is answered, and 200 may come without a PRACK (RFC 3262 3).
        request('PRACK', 2, { lines: ['RAck: [$1] 1 INVITE'], with: 'lost="10"' }),
        gets(200),
        gets(200),
        request('ACK', 1),
        pause(50),
        request('BYE', 3),
        gets(200),
      ],
      20,
    )
    assert.deepEqual([count('onBye remote'), count('onCancelled')], [20, 0])
    assert.deepEqual(log.faults, [])
  })

  test('offers and answers in PRACKs, one in ten of them lost: each counts once, and the 200 comes', async (t) => {
    for (const offer of ['offer', undefined]) {
      const { phone, log, count, called } = await bench(t)
      phone.react = (invite) => {
        invite.ring(sdp('early'))
        // By then the answers to PRACKs that were sent twice are there: sipp takes them for nothing later.
        setTimeout(() => void phone.accept(invite).catch(() => {}), 2_500)
      }
      await called(
        [
          request('INVITE', 1, { ...(offer && { sdp: offer }), lines: ['Require: 100rel'] }),
          gets(100, 'optional="true"'),
          getsReliable180,
          request('PRACK', 2, { sdp: 'pracked', lines: ['RAck: [$1] 1 INVITE'], with: 'lost="10"' }),
          gets(200),
          gets(200),
          request('ACK', 1),
          pause(50),
          request('BYE', 3),
          gets(200),
        ],
        20,
      )
      assert.deepEqual([count(offer ? 'onOffer pracked' : 'onAnswer pracked'), count('onBye remote')], [20, 20])
      assert.equal(count('onCancelled'), 0)
      assert.deepEqual(log.faults, [])
    }
  })
})

/** Time that runs fast: a session lasts 90 s at least (RFC 4028). */
function hurried(factor: number): Clock {
  return {
    now: () => realClock.now() * factor,
    wallTime: () => realClock.wallTime(),
    after: (ms, fire) => realClock.after(ms / factor, fire),
  }
}

suite('sipp: session timers (RFC 4028)', { skip: missing('sipp'), concurrency: 2 }, () => {
  const invite = (refresher: string, allow: string) =>
    request('INVITE', 1, {
      sdp: 'offer',
      lines: ['Supported: timer', `Session-Expires: 90;refresher=${refresher}`, `Allow: ${allow}`],
    })

  test('we refresh by UPDATE at half time, and once more', async (t) => {
    const { phone, log, count, called } = await bench(t, hurried(20))
    phone.react = (incoming) => void phone.accept(incoming)
    const refreshed = response(200, { lines: ['Session-Expires: 90;refresher=uac'] }, true)
    await called(
      [
        invite('uas', 'INVITE, ACK, BYE, UPDATE'),
        ...answered,
        request('ACK', 1),
        hears('UPDATE'),
        refreshed,
        hears('UPDATE'),
        refreshed,
        request('BYE', 2),
        gets(200),
      ],
      3,
    )
    assert.deepEqual([count('onBye remote'), count('onBye network')], [3, 0])
    assert.deepEqual(log.faults, [])
  })

  test('they promise to refresh and do not: we say BYE', async (t) => {
    const { phone, log, count, called } = await bench(t, hurried(20))
    phone.react = (incoming) => void phone.accept(incoming)
    const steps = [
      invite('uac', 'INVITE, ACK, BYE'),
      ...answered,
      request('ACK', 1),
      hears('BYE'),
      response(200, {}, true),
    ]
    await called(steps, 3)
    assert.equal(count('onBye network SIP;cause=408'), 3)
    assert.deepEqual(log.faults, [])
  })
})
