import type { Quality } from './outcome.ts'

/** The quality of a call as lines for people. */
export function qualitySummary(quality: Quality): string[] {
  const { received, sent, delayMs } = quality
  return [
    `received  ${received.codec}, ${received.packets} packets, lost ${received.lost} (${received.lossPercent.toFixed(1)} %), ` +
      `late ${received.late}, duplicates ${received.duplicates}, jitter ${received.jitterMs.toFixed(1)} ms, MOS ${received.mos.toFixed(1)}`,
    `sent      ${sent.codec}, ${sent.packets} packets, ${sent.kbpsIp.toFixed(1)} kbit/s IP, ${sent.kbpsEthernet.toFixed(1)} kbit/s Ethernet${theirs(sent)}`,
    `delay     ${delayMs.total.toFixed(0)} ms: packet ${delayMs.packetization.toFixed(0)}, buffer ${delayMs.buffer.toFixed(0)}, device ${delayMs.device.toFixed(0)}`,
  ]
}

function theirs(sent: Quality['sent']): string {
  const loss = sent.remoteLossPercent === undefined ? '' : `, they lost ${sent.remoteLossPercent.toFixed(1)} %`
  return sent.roundTripMs === undefined ? loss : `${loss}, round trip ${sent.roundTripMs.toFixed(1)} ms`
}
