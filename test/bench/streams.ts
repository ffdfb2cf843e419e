import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { Program } from '../support/process.ts'
import { readCapture, rtpStreams } from '../support/rtp-intervals.ts'
import { ScriptScope, type Scope } from '../support/scope.ts'
import { pause, until } from '../support/until.ts'
import { toneSound } from '../support/wav.ts'
import type { Row } from './report.ts'
import { memory, processorTime, rtpPortsOfDialtone, type Side } from './sides.ts'

/** `count` calls to a side, sound both ways, for as long as `work` takes. */
async function during<T>(side: Side, count: number, work: (rtpPorts: readonly number[]) => Promise<T>): Promise<T> {
  const scope = new ScriptScope()
  try {
    const caller = await PlainCaller.open(scope)
    const calls = []
    const ends: RtpEndpoint[] = []
    for (let n = 0; n < count; n++) {
      const end = await RtpEndpoint.open(scope)
      const call = await caller.invite(side.target, end.port)
      end.speak(toneSound(440, 1).samples, call.remoteRtpPort)
      calls.push(call)
      ends.push(end)
    }
    const result = await work(ends.map(({ port }) => port))
    for (const call of calls) await caller.bye(side.target, call)
    return result
  } finally {
    await scope.end()
  }
}

/** How evenly each side sends: one call to each at the same time, as the kernel of this machine saw the packets leave. */
export async function measureIntervals(
  scope: Scope,
  sides: readonly Side[],
  folder: string,
  seconds: number,
  note: string,
): Promise<Row[]> {
  const file = join(folder, `intervals-${note === '' ? 'idle' : 'busy'}.pcap`)
  const ports: number[] = []
  const capture = async () => {
    const filter = `udp and (${ports.map((port) => `dst port ${port}`).join(' or ')})`
    return captured(scope, file, filter, seconds)
  }
  const [first, second] = sides
  const streams = await during(first!, 1, async (mine) => {
    ports.push(...mine)
    if (second === undefined) return capture()
    return during(second, 1, (theirs) => {
      ports.push(...theirs)
      return capture()
    })
  })
  const row = (what: string, pick: 'sd' | 'p99' | 'max' | 'lost'): Row => ({
    what: `${what}${note}`,
    unit: pick === 'lost' ? 'packets' : 'ms',
    values: Object.fromEntries(
      sides.flatMap(({ name }, i) => {
        const stream = streams.find(({ destinationPort }) => destinationPort === ports[i])
        return stream === undefined ? [] : [[name, stream[pick]]]
      }),
    ),
  })
  return [
    row('RTP interval, sd', 'sd'),
    row('RTP interval, p99', 'p99'),
    row('RTP interval, max', 'max'),
    row('RTP lost', 'lost'),
  ]
}

async function captured(scope: Scope, file: string, filter: string, seconds: number) {
  const options = ['-i', 'lo', '-B', '16384', '-s', '200', '-U', '-w', file]
  const tcpdump = await Program.start(scope, 'tcpdump', [...options, filter])
  await until('tcpdump captures', () => tcpdump.stderr.includes('listening on'))
  await pause(seconds * 1000)
  await tcpdump.end()
  return rtpStreams(readCapture(await readFile(file)))
}

/** How far from 20 ms the packets of `count` calls at once leave: 99 of 100 of each call, in the middle and the worst call. */
export async function measurePacing(
  scope: Scope,
  side: Side,
  count: number,
  folder: string,
  seconds: number,
): Promise<Row[]> {
  const [first, last] = rtpPortsOfDialtone
  const filter = `udp and src portrange ${first}-${last}`
  const streams = await during(side, count, async () => {
    // What the set-up costs is not counted.
    await pause(500)
    return captured(scope, join(folder, 'pacing.pcap'), filter, seconds)
  })
  const errors = streams.map(({ p99 }) => p99 - 20).toSorted((a, b) => a - b)
  const row = (what: string, value: number | undefined): Row => ({
    what: `RTP pacing error, p99, ${what} of ${streams.length} calls`,
    unit: 'ms',
    values: value === undefined ? {} : { [side.name]: value },
  })
  return [row('middle', errors[errors.length >> 1]), row('worst', errors.at(-1))]
}

/** Processor time and memory of each side in turn while `count` calls go on. */
export async function measureLoad(sides: readonly Side[], count: number, seconds: number): Promise<Row[]> {
  const [cpu, rss]: [Record<string, number>, Record<string, Record<string, number>>] = [{}, {}]
  const perCall: Record<string, number> = {}
  for (const side of sides) {
    const idle = total(memory(side))
    await during(side, count, async () => {
      // What the set-up of the calls costs is not counted.
      await pause(500)
      const before = processorTime(side)
      await pause(seconds * 1000)
      cpu[side.name] = processorTime(side) - before
      rss[side.name] = memory(side)
      perCall[side.name] = ((total(memory(side)) - idle) * 1024) / count
    })
    await pause(500)
  }
  const calls = count === 1 ? 'one call' : `${count} calls`
  const each = [...new Set(Object.values(rss).flatMap((processes) => Object.keys(processes)))]
  return [
    { what: `CPU of ${calls}, ${seconds} s`, unit: 'ms', values: cpu },
    // Of one call it would be what the first one of all loads.
    ...(count === 1 ? [] : [{ what: `memory a call, ${calls}`, unit: 'KB', values: perCall }]),
    ...each.map((process) => ({
      what: `memory of ${process === 'main' ? 'the main process' : process}, ${calls}`,
      unit: 'MB',
      values: Object.fromEntries(
        Object.entries(rss).flatMap(([name, processes]) =>
          processes[process] === undefined ? [] : [[name, processes[process]]],
        ),
      ),
    })),
  ]
}

const total = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((sum, part) => sum + part, 0)
