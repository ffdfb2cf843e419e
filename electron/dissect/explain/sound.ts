import type { RtpStream } from '../rtp-streams.ts'
import { type Finding, finding } from './finding.ts'

/** Fewer packets may be the beginning of a call, or its end. */
const enough = 50

/** What the packets of a call tell that its messages do not: sound one way only, from elsewhere, of a kind nobody agreed on. */
export function explainSound(streams: readonly RtpStream[]): Finding[] {
  const findings: Finding[] = []
  for (const { from, to, packets, codec } of streams) {
    if (packets < enough) continue
    const back = streams.filter((other) => other.to === from)
    const elsewhere = back.length > 0 && back.every((other) => other.from !== to) ? back[0] : undefined
    if (back.length === 0 && !streams.some((other) => other.from === to))
      findings.push(finding('fail', 'sound.oneWay', [], { from, to, packets }))
    if (elsewhere !== undefined)
      findings.push(finding('plain', 'sound.elsewhere', [], { from, to, seen: elsewhere.from }))
    if (/^\d+$/.test(codec)) findings.push(finding('fail', 'sound.unknownType', [], { from, type: codec }))
  }
  const told = new Set<string>()
  return findings.filter(({ name, values }) => {
    const key = `${name} ${String(values['from'])}`
    const again = told.has(key)
    told.add(key)
    return !again
  })
}
