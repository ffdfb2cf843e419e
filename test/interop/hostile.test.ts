/** Runs alone: it floods a phone and looks for gaps in its sound. */

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { toneShare } from '../support/audio-compare.ts'
import { askSelfReport, reporting } from '../support/ask-self-report.ts'
import { Answerer } from '../support/dialtone.ts'
import { mutate } from '../support/mutate.ts'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint, rtpPacket } from '../support/peers/rtp-endpoint.ts'
import { descendants, residentBytes } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { seeded } from '../support/seeded.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause } from '../support/until.ts'
import { readSound, toneSound } from '../support/wav.ts'

/** A hundred thousand datagrams of noise and of nearly right messages, and as many again, while a call goes on. */

const datagrams = 100_000
const rate = 8000

/** Sends all of them, as fast as the sockets of loopback take them without dropping most. */
async function pelt(send: (datagram: Uint8Array) => void, make: (n: number) => Uint8Array): Promise<void> {
  for (let n = 0; n < datagrams; n++) {
    send(make(n))
    if (n % 50 === 0) await pause(1)
  }
}

/** What the phone keeps: of its main process what is in use, of its children all they have. */
async function memoryOf({ program }: Answerer): Promise<number> {
  const { usedBytes } = await askSelfReport(program)
  return descendants(program.pid).reduce((sum, { pid }) => sum + residentBytes(pid), usedBytes)
}

const noise = (random: () => number, longest: number) =>
  Uint8Array.from({ length: Math.floor(random() * longest) }, () => Math.floor(random() * 256))

function sipMaterial(): Buffer[] {
  return ['../sip/samples/', '../torture/rfc4475/'].flatMap((folder) => {
    const place = new URL(folder, import.meta.url)
    const names = readdirSync(place).filter((name) => /\.(?:sip|dat)$/.test(name))
    return names.map((name) => readFileSync(new URL(name, place)))
  })
}

describe('a call goes on', () => {
  const places = {
    'the SIP port': (random: () => number) => {
      const material = sipMaterial()
      return (n: number) =>
        n % 4 === 0 ? noise(random, 400) : mutate(material[n % material.length]!, material, random).subarray(0, 60_000)
    },
    'the RTP port': (random: () => number) => {
      const payload = new Uint8Array(160)
      return (n: number) => {
        if (n % 2 === 0) return noise(random, 200)
        const good = rtpPacket({
          sequence: random() * 65_536,
          timestamp: random() * 2 ** 32,
          ssrc: random() * 2 ** 32,
          payload,
        })
        return mutate(good, [good], random)
      }
    },
    'the RTCP port': (random: () => number) => {
      const report = Buffer.from('81c900073039303900005eed0000000000000000000000000000000000000000', 'hex')
      return (n: number) => (n % 2 === 0 ? noise(random, 200) : mutate(report, [report], random))
    },
  }
  for (const [place, material] of Object.entries(places)) {
    test(`under fire at ${place}`, async (t) => {
      const scope = scopeOf(t)
      const record = `${await temporaryFolder(scope)}/heard.wav`
      // Only the first caller is answered: what the mutants among the INVITEs would cost otherwise is another matter.
      const audio = ['--once', '--audio', 'tone', '--record', record, '--rtp-ports', '34000-34999']
      const answerer = await Answerer.start(scope, audio, {}, reporting)
      const [caller, stranger] = [await PlainCaller.open(scope), await PlainCaller.open(scope)]
      const rtp = await RtpEndpoint.open(scope)
      const call = await caller.invite(answerer, rtp.port)
      rtp.speak(toneSound(700, 1).samples, call.remoteRtpPort)
      await pause(500)

      const port =
        { 'the RTP port': call.remoteRtpPort, 'the RTCP port': call.remoteRtpPort + 1 }[place] ?? answerer.port
      const began = performance.now()
      const make = material(seeded(7))
      const send = (bytes: Uint8Array) => stranger.throwAt({ address: '127.0.0.1', port }, bytes)
      // The first ones fill what is bounded.
      await pelt(send, make)
      const before = await memoryOf(answerer)
      await pelt(send, make)
      const grownMegabytes = ((await memoryOf(answerer)) - before) / 1024 / 1024
      await pause(1000)

      // What we send is the tone of `--audio tone`, all the time and afterwards.
      for (const since of [began, performance.now() - 500]) {
        const share = toneShare(rtp.heardSince(since), rate, 1000)
        assert.ok(share > 0.9, `what we send is the tone by ${share}`)
      }
      assert.equal(await caller.bye(answerer, call), 200)
      const result = await answerer.result()
      assert.deepEqual([result.answered, result.cause, result.quality?.received.codec], [true, 'normal', 'PCMU'])
      const heard = await readSound(record)
      const share = toneShare(heard.samples, rate, 700)
      t.diagnostic(
        `the tone's share in what was heard is ${share.toFixed(3)}; grown by ${grownMegabytes.toFixed(1)} MB`,
      )
      // What the transactions of the last 32 s hold (RFC 3261 17.2.2) comes and goes; a leak of this flood would be 50 MB.
      assert.ok(grownMegabytes < 30, `grown by ${grownMegabytes} MB`)
      assert.ok(share > 0.9, `what was heard is the tone by ${share}`)
      assert.ok(
        !/internal|uncaught|TypeError|RangeError/.test(answerer.program.stderr),
        answerer.program.stderr.slice(-2000),
      )
      assert.equal((await answerer.program.finished(10_000)).code, 0)
    })
  }
})
