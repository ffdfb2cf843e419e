import type { Finding, Look } from './finding.ts'
import { udpPortFault, udpPortOwner } from './port-check.ts'

const wrongAddress = 'Check --listen or network.listenIp: it must be an address of this machine.'

export async function lookAtSipPort({ command, settings: { network } }: Look): Promise<Finding> {
  const check = 'sip port'
  const port = network.sipPort
  if (port === 0) return { check, verdict: 'ok', detail: 'any free one' }
  const fault = await udpPortFault(port, network.listenIp)
  if (fault === undefined) return { check, verdict: 'ok', detail: `${port}/udp is free` }
  if (fault !== 'EADDRINUSE') return cannotOpen(check, `${port}/udp`, fault)
  const demanded = command.settings.network?.sipPort !== undefined
  return {
    check,
    verdict: demanded ? 'fail' : 'warn',
    code: 'port-in-use',
    detail: `${port}/udp is taken${await byWhom(port)}`,
    remedy: demanded ? 'Choose another port, or 0 for any free one.' : 'Dialtone takes the next free port and says so.',
  }
}

/** Pairs looked at: enough to tell that something is wrong, few enough to be quick. */
const mostPairs = 20

export async function lookAtRtpPorts({ command, settings: { network } }: Look): Promise<Finding> {
  const check = 'rtp ports'
  const [first, last] = network.rtpPorts
  const range = `${first}-${last}/udp`
  const pairs: number[] = []
  // RFC 3550 11: RTP on an even port, RTCP on the next.
  for (let port = first + (first % 2); port < last && pairs.length < mostPairs; port += 2) pairs.push(port)
  let free = 0
  for (const port of pairs) {
    const faults = [await udpPortFault(port, network.listenIp), await udpPortFault(port + 1, network.listenIp)]
    const other = faults.find((fault) => fault !== undefined && fault !== 'EADDRINUSE')
    if (other !== undefined) return cannotOpen(check, range, other)
    if (faults.every((fault) => fault === undefined)) free += 1
  }
  const looked = pairs.length === 1 ? 'its only pair' : `${pairs.length} pairs looked at`
  if (free > 0) return { check, verdict: 'ok', detail: `${range}: ${free} of ${looked} free` }
  const demanded = command.settings.network?.rtpPorts !== undefined
  return {
    check,
    verdict: demanded ? 'fail' : 'warn',
    code: 'port-in-use',
    detail: `${range}: ${looked}, all taken, ${pairs[0]}${await byWhom(pairs[0] ?? first)}`,
    remedy: demanded ? 'Choose another range with --rtp-ports A-B.' : 'Dialtone looks for free ports elsewhere.',
  }
}

function cannotOpen(check: string, what: string, fault: string): Finding {
  return {
    check,
    verdict: 'fail',
    code: fault === 'EADDRNOTAVAIL' ? 'invalid-params' : 'internal',
    detail: `${what} cannot be opened: ${fault}`,
    remedy: wrongAddress,
  }
}

async function byWhom(port: number): Promise<string> {
  const owner = await udpPortOwner(port)
  return owner === undefined ? '' : ` by ${owner}`
}
