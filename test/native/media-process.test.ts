import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { lengthOf, monoSamples, parseWav, wavHeader } from '../../native/audio/wav.ts'
import type { MediaCommand, MediaEvent, SessionAudio } from '../../native/protocol.ts'
import { writeRtpHeader } from '../../native/rtp/packet.ts'
import { seeded } from '../support/seeded.ts'
import { likeness, speech } from '../support/sound.ts'
import { until } from '../support/until.ts'
import { config } from './engine-bench.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtone-process-'))
})
after(() => rm(folder, { recursive: true }))

/** The real process, driven as the phone drives it. */
class Process {
  readonly child: ChildProcess
  readonly events: MediaEvent[] = []
  readonly #arrivals = new EventEmitter().setMaxListeners(0)

  constructor(entry = join(import.meta.dirname, '../../native/media-process.ts'), execArgv: string[] = []) {
    this.child = fork(entry, { execPath: process.execPath, execArgv })
    this.child.on('message', (event) => {
      this.events.push(event as MediaEvent)
      this.#arrivals.emit('event')
    })
    this.child.on('exit', () => this.#arrivals.emit('event'))
  }

  order(command: MediaCommand): void {
    this.child.send(command)
  }

  async event<E extends MediaEvent['event']>(
    kind: E,
    matches: (event: Extract<MediaEvent, { event: E }>) => boolean = () => true,
  ) {
    type Wanted = Extract<MediaEvent, { event: E }>
    for (;;) {
      const found = this.events.find((event): event is Wanted => event.event === kind && matches(event as Wanted))
      if (found) return found
      assert.equal(this.child.exitCode, null, `it exited while ${kind} was awaited`)
      await once(this.#arrivals, 'event')
    }
  }

  async open(session: string, audio: Partial<SessionAudio>): Promise<number> {
    const silent = { source: { kind: 'silence' }, sink: { kind: 'discard' } } as const
    this.order({
      op: 'open',
      session,
      address: '127.0.0.1',
      ports: [27_000, 27_999],
      audio: { ...silent, ...audio },
      cname: 'x',
    })
    return (await this.event('opened', (event) => event.session === session)).rtpPort
  }

  async exit(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit')
    return this.child.exitCode
  }

  /** Resident set, megabytes; undefined where the system does not tell. */
  rss(): number | undefined {
    const file = `/proc/${this.child.pid}/status`
    return existsSync(file) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024 : undefined
  }
}

test('in a process of its own: speech arrives while 100,000 random and mutated datagrams come to its ports', async () => {
  const media = new Process()
  try {
    await media.event('ready')
    const sent = speech(9, 3)
    const play = join(folder, 'play.wav')
    const record = join(folder, 'record.wav')
    await writeFile(play, Buffer.concat([wavHeader(8000, 1, sent.length * 2), Buffer.from(sent.buffer)]))
    const from = await media.open('a', { source: { kind: 'file', path: play } })
    const to = await media.open('b', { record })
    media.order({ op: 'configure', session: 'b', config: config(from) })
    media.order({ op: 'configure', session: 'a', config: config(to) })
    await media.event('quality', ({ session, quality }) => session === 'b' && quality.received.packets > 40)
    const [before, counted] = [media.rss(), media.events.length]
    await flood(to, 100_000)
    const flooded = media.rss()
    await media.event('quality', ({ session, quality }) => session === 'a' && quality.sent.packets > 440)
    media.order({ op: 'close', session: 'b' })
    const { quality } = await media.event('closed')
    const wav = parseWav(await readFile(record))
    const alike = likeness(sent, monoSamples(wav, 0, lengthOf(wav)), [0, 4000])
    assert.ok(alike > 0.95, `${alike}`)
    // The system's queue may overflow when the machine is busy; the sound above says that no more than that happened.
    assert.ok(quality.received.lossPercent < 2, `${quality.received.lost} lost`)
    assert.deepEqual(
      media.events.slice(counted).filter(({ event }) => event === 'log' || event === 'failed'),
      [],
    )
    assert.equal(quality.received.codec, 'PCMU')
    // What is measured is a process that has barely warmed up: a leak of whole datagrams would be far more.
    if (before !== undefined && flooded !== undefined)
      assert.ok(flooded - before < 40, `${before} MB became ${flooded} MB`)
    media.order({ op: 'shutdown' })
    assert.equal(await media.exit(), 0)
    assert.ok(media.events.some((event) => event.event === 'closed' && event.session === 'a'))
  } finally {
    media.child.kill('SIGKILL')
  }
})

async function flood(rtpPort: number, count: number): Promise<void> {
  const random = seeded(4)
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const valid = new Uint8Array(172).fill(0x2a)
  for (let k = 0; k < count; k++) {
    writeRtpHeader(valid, { marker: false, payloadType: 0, sequence: k & 0xffff, timestamp: k * 160, ssrc: 7 })
    const bytes =
      random() < 0.5 ? valid.slice(0, random() * 200) : Uint8Array.from({ length: random() * 60 }, () => random() * 256)
    for (let flips = random() * 4; flips > 0 && bytes.length > 0; flips--)
      bytes[Math.floor(random() * bytes.length)] = random() * 256
    socket.send(bytes, k % 2 === 0 ? rtpPort : rtpPort + 1, '127.0.0.1')
    // 20 a millisecond: hundreds of times a call's own packets, but not more than the system's queue holds.
    if (k % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  socket.close()
}

for (const [how, leave] of [
  ['its parent lets go', (media: Process) => media.child.disconnect()],
  ['SIGTERM comes', (media: Process) => media.child.kill('SIGTERM')],
] as const) {
  test(`it ends in order when ${how}: BYE goes out, the recording is complete`, async () => {
    const media = new Process()
    const peer = createSocket('udp4')
    const rtcp = createSocket('udp4')
    try {
      await media.event('ready')
      await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve))
      const { port } = peer.address()
      await new Promise<void>((resolve) => rtcp.bind(port + 1, '127.0.0.1', resolve))
      const record = join(folder, `${how}.wav`)
      await media.open('a', { record })
      media.order({ op: 'configure', session: 'a', config: config(port) })
      for (let k = 0; k < 10; k++) await once(peer, 'message')
      const bye = once(rtcp, 'message')
      leave(media)
      const [datagram] = (await bye) as [Buffer]
      assert.equal(datagram.at(-7), 203)
      assert.equal(await media.exit(), 0)
      assert.ok(lengthOf(parseWav(await readFile(record))) >= 1600)
    } finally {
      media.child.kill('SIGKILL')
      peer.close()
      rtcp.close()
    }
  })
}

test('a stranger at the door of the sound card is refused, and the log tells', async () => {
  const media = new Process()
  try {
    await media.event('ready')
    const path = join(folder, 'card.sock')
    media.order({ op: 'listen-audio', path, token: 'secret' })
    const stranger = await connected(path)
    const closed = once(stranger, 'close')
    stranger.write('GET / HTTP/1.1\r\n\r\n')
    const { level, message } = await media.event('log')
    assert.equal(level, 'warn')
    assert.match(message, /^audio host refused: /)
    assert.ok(!message.includes('secret'))
    await closed
    media.order({ op: 'shutdown' })
    assert.equal(await media.exit(), 0)
  } finally {
    media.child.kill('SIGKILL')
  }
})

/** Connected to the socket, as soon as somebody listens there. */
function connected(path: string): Promise<Socket> {
  return until(`somebody listens at ${path}`, () => {
    const socket = connect(path)
    return new Promise<Socket | undefined>((resolve) => {
      socket.once('connect', () => resolve(socket))
      socket.once('error', () => resolve(undefined))
    })
  })
}

test('nonsense on the line is answered with a log entry and nothing else', async () => {
  const media = new Process()
  try {
    await media.event('ready')
    for (const nonsense of [null, 5, 'x', {}, { op: 'open' }, { op: 'dtmf', session: 'none' }])
      media.order(nonsense as unknown as MediaCommand)
    await media.event('log')
    media.order({ op: 'ping' })
    await media.event('pong')
    const port = await media.open('a', {})
    assert.equal(port % 2, 0)
    media.order({ op: 'shutdown' })
    assert.equal(await media.exit(), 0)
  } finally {
    media.child.kill('SIGKILL')
  }
})

test('without the package of Opus it begins, and says so first', async () => {
  const root = join(import.meta.dirname, '../..')
  const modules = join(folder, 'node_modules')
  await mkdir(modules)
  await symlink(join(root, 'native'), join(folder, 'native'))
  for (const name of ['g711', '@echogarden']) await symlink(join(root, 'node_modules', name), join(modules, name))
  const entry = join(folder, 'native', 'media-process.ts')
  const media = new Process(entry, ['--preserve-symlinks', '--preserve-symlinks-main'])
  const { missing } = await media.event('ready')
  assert.deepEqual(
    missing?.map(({ codec }) => codec),
    ['Opus'],
  )
  media.order({ op: 'shutdown' })
  await once(media.child, 'exit')
})
