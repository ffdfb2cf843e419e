/** Runs alone: it floods a phone and looks for gaps in its sound. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { toneShare } from '../support/audio-compare.ts'
import { askSelfReport, reporting } from '../support/ask-self-report.ts'
import { Answerer } from '../support/dialtone.ts'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { descendants, residentBytes } from '../support/running-process.ts'
import { scopeOf, type Scope } from '../support/scope.ts'
import { pause, until } from '../support/until.ts'
import { toneSound } from '../support/wav.ts'

/** Five hundred INVITEs a second for ten seconds from one address, while a call of another one goes on. */

const floodMs = 10_000
const perSecond = 500
const rate = 8000

/** The flood and the honest callers are different hosts to the phone: all of 127/8 is loopback. */
const flooderAt = '127.0.0.66'

test('a flood of INVITEs costs the call that goes on nothing, and is over when it is over', async (t) => {
  const scope = scopeOf(t)
  // Any address of loopback leads to it, and it answers every call it lets in
  const answerer = await Answerer.start(
    scope,
    ['--listen', '127.0.0.1', '--audio', 'tone', '--rtp-ports', '36000-38999'],
    {},
    reporting,
  )
  const caller = await PlainCaller.open(scope)
  const rtp = await RtpEndpoint.open(scope)
  const call = await caller.invite(answerer, rtp.port)
  rtp.speak(toneSound(700, 1).samples, call.remoteRtpPort)
  await pause(1000)
  const quiet = rtp.longestGapMs(performance.now() - 900)
  const memory = async () => {
    const { usedBytes } = await askSelfReport(answerer.program)
    return descendants(answerer.program.pid).reduce((sum, { pid }) => sum + residentBytes(pid), usedBytes)
  }
  const before = await memory()

  const flood = await Flood.open(scope, answerer.port)
  const began = performance.now()
  const machine = stillness(scope)
  const flooding = flood.run()
  const during: number[] = []
  while (performance.now() - began < floodMs - 1500) {
    // A new call from another source is answered meanwhile
    const other = await PlainCaller.open(scope)
    const taken = await other.invite(answerer, (await RtpEndpoint.open(scope)).port)
    during.push(taken.answeredMs)
    assert.equal(await other.bye(answerer, taken), 200)
    await pause(1000)
  }
  await flooding
  const ended = performance.now()
  const again = await flood.call()
  const backMs = performance.now() - ended
  const stalledMs = machine()
  const { tables } = await askSelfReport(answerer.program)
  const grown = ((await memory()) - before) / 1024 / 1024

  assert.equal(again, 200, 'the source itself is served afterwards')
  const statuses = [...flood.answers].toSorted(([a], [b]) => a - b)
  const [passed = 0, refused = 0] = [200, 503].map((status) => flood.answers.get(status) ?? 0)
  const longest = rtp.longestGapMs(began)
  const heard = rtp.heardSince(began)
  const gap = longestSilenceMs(heard)
  t.diagnostic(
    `${flood.sent} sent; finals ${JSON.stringify(statuses)}; a new call took ${Math.max(...during).toFixed(0)} ms at most; ` +
      `own source back after ${backMs.toFixed(0)} ms; silence ${gap.toFixed(0)} ms, between packets ${longest.toFixed(0)} ms ` +
      `(before: ${quiet.toFixed(0)}; this process stood still for ${stalledMs.toFixed(0)}); grown by ${grown.toFixed(1)} MB; ` +
      `tables ${JSON.stringify(tables)}`,
  )
  assert.ok(during.length >= 4, `${during.length} calls were made meanwhile`)
  assert.ok(passed <= 250, `${passed} of the flood were let in`)
  assert.ok(refused >= 300 && refused <= 1000, `${refused} of the flood were refused`)
  assert.ok((tables['serverTransactions'] ?? 0) < 500, `${tables['serverTransactions']} transactions`)
  assert.ok(grown < 60, `grown by ${grown} MB`)
  // By content: where the phone's own clock says there is sound, there is the tone
  assert.ok(gap <= 60, `silence of ${gap} ms in what we send`)
  assert.ok(toneShare(heard, rate, 1000) > 0.9)
  // By the wall: a packet may be as late as the machine itself stands still, and a busy one may do so twice
  assert.ok(longest < 60 + 2 * stalledMs + quiet, `${longest} ms without a packet`)
  assert.equal(await caller.bye(answerer, call), 200)
  await until('the call has ended', () => answerer.results.some(({ cause }) => cause === 'normal'))
  assert.doesNotMatch(answerer.program.stderr, /uncaught|TypeError|RangeError/)
})

/** How long this process, which has next to nothing to do, was kept waiting at most: what the machine is worth, ms. */
function stillness(scope: Scope): () => number {
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - 10)
    last = now
  }, 10)
  scope.after(() => clearInterval(timer))
  return () => longest
}

/** The longest run of 20 ms without any sound, ms. */
function longestSilenceMs(samples: Int16Array): number {
  let [longest, run] = [0, 0]
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    run = samples.subarray(at, at + 160).every((sample) => Math.abs(sample) < 200) ? run + 20 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

/** Somebody who sends INVITEs and cares for no answer. */
class Flood {
  readonly answers = new Map<number, number>()
  sent = 0
  readonly #socket
  readonly #port: number
  readonly #waiting = new Map<string, (text: string) => void>()

  static async open(scope: Scope, port: number): Promise<Flood> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 })
    socket.bind(0, flooderAt)
    await once(socket, 'listening')
    scope.after(async () => {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    })
    return new Flood(socket, port)
  }

  private constructor(socket: ReturnType<typeof createSocket>, port: number) {
    this.#socket = socket
    this.#port = port
    const finals = new Set<string>()
    socket.on('error', () => {})
    socket.on('message', (bytes) => {
      const text = bytes.toString()
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0)
      const callId = /^Call-ID: (.*)$/m.exec(text)?.[1]?.trim() ?? ''
      if (status < 200 || finals.has(callId)) return
      finals.add(callId)
      this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
      this.#waiting.get(callId)?.(text)
    })
  }

  /** At its rate, catching up when the machine stood still. */
  async run(): Promise<void> {
    const began = performance.now()
    for (let now = began; now - began < floodMs; now = performance.now()) {
      const due = ((now - began) * perSecond) / 1000
      for (let burst = 0; this.sent < due && burst < 50; burst++) this.#invite()
      await pause(2)
    }
  }

  /** One call in earnest: what the first INVITE within a second that is not refused is answered. */
  async call(): Promise<number> {
    const end = performance.now() + 1000
    for (;;) {
      const callId = this.#invite()
      const text = await new Promise<string>((resolve) => {
        this.#waiting.set(callId, resolve)
        setTimeout(() => resolve('SIP/2.0 408 '), 900)
      })
      const status = Number(text.split(' ')[1])
      if (status === 200 || performance.now() > end) return status
      await pause(50)
    }
  }

  #invite(): string {
    const { port } = this.#socket.address()
    const callId = `flood-${port}-${++this.sent}`
    const body = [
      'v=0',
      `o=- 1 1 IN IP4 ${flooderAt}`,
      's=-',
      `c=IN IP4 ${flooderAt}`,
      't=0 0',
      'm=audio 39998 RTP/AVP 0',
      '',
    ].join('\r\n')
    const text = [
      `INVITE sip:${this.sent % 10_000}@127.0.0.1:${this.#port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${flooderAt}:${port};branch=z9hG4bK${callId};rport`,
      'Max-Forwards: 70',
      `From: <sip:scan@${flooderAt}>;tag=${this.sent}`,
      `To: <sip:${this.sent % 10_000}@127.0.0.1>`,
      `Call-ID: ${callId}`,
      'CSeq: 1 INVITE',
      `Contact: <sip:scan@${flooderAt}:${port}>`,
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
    this.#socket.send(text, this.#port, '127.0.0.1')
    return callId
  }
}
