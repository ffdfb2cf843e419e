import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compactFromMs, compactNtp, ntpTime, roundTripMs } from '../../../native/rtp/rtcp/ntp.ts'
import { SourceStats } from '../../../native/rtp/source-stats.ts'
import vectors from '../../vectors/rtp_jitter_rfc3550.json' with { type: 'json' }

for (const [name, set] of Object.entries(vectors.sets)) {
  test(`jitter of "${name}" (RFC 3550 A.8)`, () => {
    const stats = new SourceStats(1, vectors.clock)
    const given = set.arrival_ms_and_ts.filter((row) => typeof row !== 'string') as number[][]
    // The skewed series is longer than what is written down.
    const rows = given.length < set.arrival_ms_and_ts.length ? skewed() : given
    const trace: number[] = []
    for (const [arrival, timestamp] of rows as [number, number][]) {
      stats.arrived(timestamp, arrival)
      trace.push(stats.jitter)
    }
    const expected = set.trace_first_12.map((row) => row[1]!)
    trace
      .slice(0, expected.length)
      .forEach((jitter, i) => assert.ok(Math.abs(jitter - expected[i]!) <= 1, `packet ${i}: ${jitter}`))
    assert.ok(Math.abs(stats.jitter - set.final_int) <= 1, `${stats.jitter}, expected ${set.final_int}`)
  })
}

const skewed = () => Array.from({ length: 500 }, (_, i) => [20 * i * 1.0002, 160 * i])

vectors.loss.forEach(({ first_seq, received, expect }, index) => {
  test(`loss series ${index + 1} (RFC 3550 A.3)`, () => {
    const stats = new SourceStats(1, 8000)
    assert.equal(first_seq, received[0])
    for (const sequence of received) stats.update(sequence)
    assert.equal(stats.expected, expect.expected)
    assert.equal(stats.received, expect.received)
    const report = stats.report()
    assert.equal(report.cumulativeLost, expect.cumulative_lost)
    if (expect.ext_highest !== undefined) assert.equal(report.highestSequence, expect.ext_highest)
    if (expect.fraction_lost_8bit !== undefined) assert.equal(report.fractionLost, expect.fraction_lost_8bit)
  })
})

test('the fraction lost is that of the last interval only', () => {
  const stats = new SourceStats(1, 8000)
  for (let sequence = 0; sequence < 100; sequence++) if (sequence % 2 === 0 || sequence < 50) stats.update(sequence)
  assert.equal(stats.report().fractionLost, 62) // 24 of the 99 expected up to number 98
  for (let sequence = 99; sequence < 150; sequence++) stats.update(sequence)
  assert.equal(stats.report().fractionLost, 0)
})

test('on probation two packets in sequence make a source valid (A.1)', () => {
  const stats = new SourceStats(1, 8000, 2)
  assert.deepEqual(
    [10, 500, 501, 502].map((sequence) => stats.update(sequence)),
    [false, false, true, true],
  )
  assert.equal(stats.received, 2)
  assert.equal(stats.expected, 2)
})

test('one wild sequence number is not believed, two in a row are a restart, and losses before it still count', () => {
  const stats = new SourceStats(1, 8000)
  for (const sequence of [1, 2, 5]) stats.update(sequence)
  assert.equal(stats.update(40_000), false)
  assert.equal(stats.update(6), true)
  assert.equal(stats.lost, 2)
  assert.equal(stats.update(20_000), false)
  assert.equal(stats.update(20_001), true)
  assert.equal(stats.lost, 0)
  assert.equal(stats.lostEver, 2)
})

test('the round trip of RFC 3550 figure 2', () => {
  const { A, LSR, DLSR, rtt_s } = vectors.rtt
  assert.equal(roundTripMs(Number(A), Number(LSR), Number(DLSR)), rtt_s * 1000)
  assert.equal(roundTripMs(Number(A), 0, 0), undefined)
  assert.equal(roundTripMs(1, 0x80000000, 0), undefined)
})

test('the compact NTP time of two moments differs by the time between them, wherever it wraps', () => {
  const wrap = (0x1_0000_0000 - 2_208_988_800) * 1000 // in 2036
  for (const then of [0, 1_700_000_000_000, wrap - 1000]) {
    assert.equal((compactNtp(ntpTime(then + 2500)) - compactNtp(ntpTime(then))) | 0, compactFromMs(2500))
  }
  assert.equal(compactFromMs(5250), 0x54000)
  assert.deepEqual(ntpTime(0), [2_208_988_800, 0])
})
