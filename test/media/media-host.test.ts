import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MediaHost, startMedia } from '../../electron/media/media-host.ts'
import { MediaError } from '../../electron/phone/ports.ts'
import type { AudioState, MediaOpen } from '../../electron/phone/ports.ts'
import type { Quality, SessionConfig } from '../../native/protocol.ts'
import { FakeChildren } from '../support/fake-children.ts'
import type { FakeChild } from '../support/fake-children.ts'
import { testLog } from '../support/silent-log.ts'
import { VirtualTime } from '../support/virtual-time.ts'

const entries = { mediaProcess: 'media', audioHost: 'audio' }
const options: MediaOpen = {
  address: '127.0.0.1',
  ports: [8000, 8019],
  demanded: false,
  audio: { source: { kind: 'device' }, sink: { kind: 'device' }, record: '/tmp/out.wav' },
}
const config: SessionConfig = {
  remote: { address: '127.0.0.1', rtpPort: 9000, rtcpPort: 9001 },
  sending: true,
  receiving: true,
  codec: 'PCMA',
  payloadType: 8,
  receivePayloadTypes: { 8: 'PCMA' },
  ptimeMs: 20,
}
const quality = { sent: { packets: 50 } } as Quality
const ports = { rtpPort: 8000, rtcpPort: 8001 }

/** A media process that does what it should, at once. */
function obedient(child: FakeChild): void {
  child.onCommand = (command) =>
    queueMicrotask(() => {
      if (!child.alive) return
      const session = (command as { session?: string }).session ?? ''
      if (command.op === 'ping') child.say({ event: 'pong' })
      else if (command.op === 'open') child.say({ event: 'opened', session, ...ports })
      else if (command.op === 'close') child.say({ event: 'closed', session, quality })
      else if (command.op === 'shutdown') child.exit({ code: 0 })
    })
  queueMicrotask(() => child.say({ event: 'ready' }))
}

function build(onStart: (child: FakeChild) => void = obedient) {
  const clock = new VirtualTime()
  const children = new FakeChildren()
  children.onStart = (child) => {
    if (child.entry === 'media') onStart(child)
  }
  const heard: unknown[] = []
  const states: AudioState[] = []
  const delegate = {
    onDtmf: (session: string, digit: string) => heard.push([session, digit]),
    onQuality: (session: string, quality: Quality) => heard.push([session, quality]),
    onLevel: (...level: unknown[]) => heard.push(level),
    onAudioState: (state: AudioState) => states.push(state),
  }
  const hostOptions = { startChild: children.start, entries, clock, log: testLog(), socketFolder: '/run/x' }
  const last = (entry = 'media') => children.of(entry).at(-1)!
  return { clock, children, heard, states, delegate, hostOptions, last, host: new MediaHost(hostOptions, delegate) }
}

/** A promise's outcome, for those that reject before they are awaited. */
function outcome(promise: Promise<unknown>): Promise<{ value?: unknown; error?: MediaError }> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error as MediaError }),
  )
}

describe('media host', () => {
  it('tells which codecs the process that runs now does not have', async () => {
    const missing = [{ codec: 'Opus', reason: 'the package is missing' }]
    const { clock, host, last } = build((child) => queueMicrotask(() => child.say({ event: 'ready', missing })))
    await clock.pass(0)
    assert.deepEqual(host.missing, missing)
    last().kill()
    await clock.pass(0)
    last().say({ event: 'ready' })
    assert.deepEqual(host.missing, [])
  })

  it('opens, configures, hears and closes a session', async () => {
    const { clock, heard, host, last } = build()
    const opened = host.open('s', options)
    await clock.pass(0)
    assert.deepEqual(await opened, ports)
    host.configure('s', config)
    host.mute('s', true)
    last().say({ event: 'dtmf-received', session: 's', digit: '5' })
    last().say({ event: 'quality', session: 's', quality, position: { ssrc: 1, sequence: 2, timestamp: 3 } })
    assert.deepEqual(heard, [
      ['s', '5'],
      ['s', quality],
    ])
    const digits = host.dtmf('s', '12', 'rfc4733')
    last().say({ event: 'dtmf-sent', session: 's', ok: true })
    await digits
    const interrupted = outcome(host.dtmf('s', '34', 'rfc4733'))
    last().say({ event: 'dtmf-sent', session: 's', ok: false })
    assert.equal((await interrupted).error?.code, 'not-now')
    assert.deepEqual(await host.close('s'), quality)
    assert.deepEqual(
      last()
        .heard.map((one) => (one as { op: string }).op)
        .filter((op) => op !== 'ping'),
      ['listen-audio', 'open', 'configure', 'mute', 'dtmf', 'dtmf', 'close'],
    )
    assert.equal(await host.close('s'), undefined)
    assert.equal((await outcome(host.dtmf('s', '1', 'rfc4733'))).error?.code, 'internal')
  })

  it('tells that a recording is whole when the process has written it, or is gone', async () => {
    const { clock, host, last } = build()
    const opened = host.open('s', options)
    await clock.pass(0)
    await opened
    const told: string[] = []
    void host.record('s', '/tmp/call.wav').then(() => told.push('begun'))
    void host.record('s', null).then(() => told.push('whole'))
    await clock.pass(0)
    assert.deepEqual(told, [])
    last().say({ event: 'recorded', session: 's' })
    await clock.pass(0)
    assert.deepEqual(told, ['begun'])
    last().exit({ signal: 'SIGSEGV' })
    await clock.pass(100)
    assert.deepEqual(told, ['begun', 'whole'])
    await host.record('another', null)
  })

  it('brings an encrypted session back as another source, told how far the peer was heard', async () => {
    const { clock, host, last } = build()
    const opened = host.open('s', options)
    await clock.pass(0)
    await opened
    const srtp = { suite: 'AES_CM_128_HMAC_SHA1_80', send: 'a', receive: 'b' } as const
    host.configure('s', { ...config, srtp })
    const srtpReceived = { ssrc: 9, rollover: 2, sequence: 5 }
    const position = { ssrc: 7, sequence: 1, timestamp: 2 }
    last().say({ event: 'quality', session: 's', quality, position, srtpReceived })
    last().exit({ signal: 'SIGSEGV' })
    await clock.pass(100)
    const [open] = last().commands('open') as { resume?: unknown; srtpReceived?: unknown }[]
    assert.deepEqual([open?.resume, open?.srtpReceived], [undefined, srtpReceived])
    assert.deepEqual((last().commands('configure')[0] as { config: SessionConfig }).config.srtp, srtp)
  })

  it('brings a session back on its ports, with all that was asked of it, when the process dies', async () => {
    const { clock, host, last, children } = build()
    const opened = host.open('s', options)
    await clock.pass(0)
    await opened
    host.configure('s', config)
    host.mute('s', true)
    host.tone('ringback', 'taiwan')
    last().say({
      event: 'quality',
      session: 's',
      quality,
      position: { ssrc: 7, sequence: 65_500, timestamp: 4_294_967_000 },
    })
    const digits = outcome(host.dtmf('s', '1', 'rfc4733'))
    const socket = last().commands('listen-audio')[0]
    await clock.pass(800)
    last().exit({ signal: 'SIGSEGV' })
    // What the phone says meanwhile is not lost either.
    host.configure('s', { ...config, sending: false })
    await clock.pass(100)

    assert.equal(children.of('media').length, 2)
    const open = last().commands('open')[0]!
    assert.equal(open['exactPort'], 8000)
    const { ssrc, sequence, timestamp } = open['resume'] as { ssrc: number; sequence: number; timestamp: number }
    const jump = (sequence - 65_500 + 65_536) % 65_536
    assert.equal(ssrc, 7)
    assert.ok(jump > 80 && jump < 3000, `jump of ${jump} packets`)
    assert.equal((timestamp - 4_294_967_000 + 2 ** 32) % 2 ** 32, 800 * 8)
    assert.equal((open['audio'] as { record: string }).record, '/tmp/out-2.wav')
    assert.deepEqual(last().commands('configure'), [
      { op: 'configure', session: 's', config: { ...config, sending: false } },
    ])
    assert.deepEqual(last().commands('mute'), [{ op: 'mute', session: 's', on: true }])
    assert.deepEqual(last().commands('tone'), [{ op: 'tone', tone: 'ringback', plan: 'taiwan' }])
    assert.notEqual(last().commands('listen-audio')[0]?.['path'], socket?.['path'])
    assert.equal((await digits).error?.code, 'internal')
    // The third life has a third file.
    last().exit({ signal: 'SIGSEGV' })
    await clock.pass(1000)
    assert.equal((last().commands('open')[0]!['audio'] as { record: string }).record, '/tmp/out-3.wav')
  })

  it('starts the audio host beside a new media process, and ends it if that wants none', async () => {
    const { clock, last, children } = build()
    await clock.pass(0)
    const sound = () => {
      last().say({ event: 'audio-wanted', wanted: true })
      last('audio').say({ event: 'running' })
      last().say({ event: 'audio-running' })
    }
    sound()
    const run = () => last('audio').commands('run')[0]
    assert.equal(run()?.['path'], last().commands('listen-audio')[0]?.['path'])
    await clock.pass(20_000)
    last().exit({ signal: 'SIGKILL' })
    await clock.pass(0)
    assert.deepEqual([children.of('audio').length, children.of('media').length], [2, 2])
    assert.equal(run()?.['path'], last().commands('listen-audio')[0]?.['path'])
    await clock.pass(1000)
    sound()
    await clock.pass(3000)
    assert.equal(children.of('audio').length, 2)
    last().exit({ signal: 'SIGKILL' })
    await clock.pass(2500)
    assert.equal(children.of('audio').filter((child) => child.alive).length, 0)
  })

  it('replaces a process that hangs within two seconds or so', async () => {
    const { clock, host, last, children } = build()
    const opened = host.open('s', options)
    await clock.pass(5000)
    await opened
    assert.equal(children.of('media').length, 1)
    last().onCommand = () => {}
    await clock.pass(3000)
    assert.equal(children.of('media').length, 2)
    assert.equal(last().commands('open').length, 1)
  })

  it('tries again to open a session whose port is still held', async () => {
    let refusals = 3
    const { clock, host, last, children } = build((child) => {
      obedient(child)
      const obey = child.onCommand
      child.onCommand = (command) => {
        if (child.pid === 1 || command.op !== 'open' || refusals-- <= 0) return obey(command)
        queueMicrotask(() => child.say({ event: 'failed', session: 's', code: 'port-in-use', message: 'held' }))
      }
    })
    const opened = host.open('s', options)
    await clock.pass(0)
    await opened
    last().exit({ signal: 'SIGKILL' })
    await clock.pass(2000)
    const tries = last().commands('open')
    assert.deepEqual(
      tries.map((open) => open['exactPort']),
      [8000, 8000, 8000, 8000],
    )
    assert.equal(children.of('media').length, 2)
    const closed = host.close('s')
    await clock.pass(0)
    assert.deepEqual(await closed, quality)
  })

  it('closes a session whose port is held by somebody else for good', async () => {
    const { clock, host, last, children } = build((child) => {
      obedient(child)
      const obey = child.onCommand
      child.onCommand = (command) => {
        if (child.pid === 1 || command.op !== 'open') return obey(command)
        queueMicrotask(() => child.say({ event: 'failed', session: 's', code: 'port-in-use', message: 'held' }))
      }
    })
    const opened = host.open('s', options)
    await clock.pass(0)
    await opened
    last().say({ event: 'quality', session: 's', quality, position: { ssrc: 1, sequence: 1, timestamp: 1 } })
    last().exit({ signal: 'SIGKILL' })
    await clock.pass(1000)
    let figures: unknown
    void host.close('s').then((last) => (figures = last))
    await clock.pass(1000)
    assert.deepEqual(figures, quality)
    const tries = last().commands('open').length
    await clock.pass(5000)
    assert.equal(last().commands('open').length, tries, 'what is closed needs no port')
    assert.equal(children.of('media').length, 2)
    // The name is free again.
    last().onCommand = (command) => {
      if (command.op === 'open') queueMicrotask(() => last().say({ event: 'opened', session: 's', ...ports }))
    }
    assert.deepEqual(await host.open('s', options), ports)
  })

  it('begins nothing for a process that gets ready while the phone shuts down', async () => {
    const { clock, children, host, last } = build(() => {})
    const shutdown = host.shutdown()
    last().say({ event: 'ready' })
    last().say({ event: 'audio-wanted', wanted: true })
    last().exit({ code: 0 })
    await shutdown
    await clock.pass(10_000)
    assert.deepEqual([children.of('audio').length, children.alive, clock.pending], [0, 0, 0])
  })

  it('looks for ports elsewhere, unless they are demanded', async () => {
    const full = (child: FakeChild) => {
      obedient(child)
      const obey = child.onCommand
      child.onCommand = (command) => {
        const { ports } = command as { ports?: [number, number] }
        if (command.op !== 'open' || (ports?.[0] ?? 0) > 8019) return obey(command)
        queueMicrotask(() =>
          child.say({
            event: 'failed',
            session: (command as { session?: string }).session,
            code: 'port-in-use',
            message: 'full',
          }),
        )
      }
    }
    const { clock, host, last } = build(full)
    const wish = outcome(host.open('wish', options))
    const demand = outcome(host.open('demand', { ...options, demanded: true }))
    await clock.pass(0)
    assert.deepEqual(await wish, { value: ports })
    assert.equal((await demand).error?.code, 'port-in-use')
    assert.deepEqual(
      last()
        .commands('open')
        .filter((open) => open['session'] === 'wish')
        .map((open) => open['ports']),
      [
        [8000, 8019],
        [8020, 65_535],
      ],
    )
    // The name is free again.
    assert.equal((await outcome(host.open('wish', options))).error?.code, 'internal')
    const again = outcome(host.open('demand', { ...options, ports: [9000, 9001], demanded: true }))
    await clock.pass(0)
    assert.deepEqual(await again, { value: ports })
  })

  it('answers everything that is owed when the process dies or the phone shuts down', async () => {
    const mute = (child: FakeChild) => queueMicrotask(() => child.say({ event: 'ready' }))
    const { clock, host, last, children } = build(mute)
    const open = outcome(host.open('never', options))
    await clock.pass(0)
    last().say({ event: 'opened', session: 'never', ...ports })
    last().say({ event: 'quality', session: 'never', quality, position: { ssrc: 1, sequence: 1, timestamp: 1 } })
    const closing = host.close('never')
    last().exit({ code: 1 })
    assert.deepEqual(await open, { value: ports })
    assert.deepEqual(await closing, quality)

    const pending = outcome(host.open('pending', options))
    await clock.pass(100)
    const shutdown = host.shutdown()
    await clock.pass(3000)
    await shutdown
    assert.equal((await pending).error?.code, 'internal')
    assert.equal((await outcome(host.open('late', options))).error?.code, 'internal')
    assert.deepEqual([children.alive, clock.pending], [0, 0])
  })

  it('backs off from a process that keeps dying, and comes back', async () => {
    let fail = true
    const { clock, host, children } = build((child) => {
      if (fail && child.pid > 1) queueMicrotask(() => child.exit({ code: 1, complaint: 'no memory' }))
      else obedient(child)
    })
    const opened = host.open('s', options)
    await clock.pass(0)
    await opened
    children.of('media')[0]!.exit({ code: 1 })
    await clock.pass(60_000)
    const tries = children.of('media').length
    assert.ok(tries > 6 && tries < 30, `${tries} tries in a minute`)
    fail = false
    await clock.pass(5000)
    assert.equal(children.of('media').at(-1)!.commands('open').length, 1)
  })

  it('says at start when the process does not live', async () => {
    const { clock, children, hostOptions, delegate } = build()
    children.onStart = (child) => queueMicrotask(() => child.exit({ code: 1, complaint: 'Cannot find module' }))
    const started = outcome(startMedia(hostOptions)(delegate))
    await clock.pass(10_000)
    const { error } = await started
    assert.ok(error instanceof MediaError)
    assert.match(error.message, /Cannot find module/)
  })

  it('waits longer for each process on a machine that is slow to start them', async () => {
    const { clock, children, hostOptions, delegate } = build()
    children.onStart = (child) =>
      void clock.after(20_000, () => {
        if (child.alive) child.say({ event: 'ready' })
      })
    const started = startMedia(hostOptions)(delegate)
    await clock.pass(60_000)
    const host = await started
    const down = host.shutdown()
    await clock.pass(3000)
    await down
  })

  it('says when the process never gets ready', async () => {
    const { clock, children, hostOptions, delegate } = build()
    children.onStart = () => {}
    const started = outcome(startMedia(hostOptions)(delegate))
    await clock.pass(60_000)
    assert.ok((await started).error instanceof MediaError)
    assert.equal(children.of('media').filter((child) => child.alive).length, 1, 'only that of build() lives')
  })

  it('lists devices in a child of their own, one for all who ask', async () => {
    const { clock, host, last, children } = build()
    const [one, two] = [host.devices(), host.devices()]
    const devices = [{ name: 'Headset', kind: 'input', default: true }]
    last('audio').say({ event: 'devices', devices })
    assert.deepEqual([await one, await two], [devices, devices])
    await clock.pass(0)
    assert.equal(children.of('audio').length, 1)
    assert.ok(!last('audio').alive)

    const none = outcome(host.devices())
    last('audio').say({ event: 'failed', code: 'no-audio-device', message: 'no sound card: ...', permanent: true })
    assert.equal((await none).error?.code, 'no-audio-device')
    await clock.pass(0)
    const hung = outcome(host.devices())
    await clock.pass(5000)
    assert.match((await hung).error?.message ?? '', /did not list/)
    const crashed = outcome(host.devices())
    last('audio').exit({ signal: 'SIGSEGV', complaint: 'jack' })
    assert.match((await crashed).error?.message ?? '', /jack/)
    assert.equal(children.of('audio').filter((child) => child.alive).length, 0)
    // One that is under way does not outlive the phone.
    const cut = outcome(host.devices())
    const shutdown = host.shutdown()
    await clock.pass(0)
    await shutdown
    assert.equal((await cut).error?.code, 'no-audio-device')
    assert.deepEqual([children.alive, clock.pending], [0, 0])
  })
})
