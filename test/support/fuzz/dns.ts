import assert from 'node:assert/strict'
import { isIpAddress } from '../../../electron/sip/message/host.ts'
import { createLocate } from '../../../electron/sip/locate/locate.ts'
import { LocateError } from '../../../electron/sip/locate/locate-error.ts'
import { dnsResolver } from '../../../electron/sip/locate/resolver.ts'
import { writeAnswer, type DnsRecord } from '../dns-message.ts'
import { DnsServer } from '../dns-server.ts'
import { realClock } from '../real-clock.ts'
import type { FuzzTarget } from './target.ts'

const srv = (target: string): DnsRecord => ({ type: 'SRV', priority: 1, weight: 5, port: 5070, target })
const naptr = (service: string): DnsRecord => ({
  type: 'NAPTR',
  order: 1,
  preference: 2,
  flags: 's',
  service,
  replacement: '_sip._tcp.x.test',
})
const answers: readonly (readonly DnsRecord[])[] = [
  [naptr('SIP+D2T'), naptr('SIP+D2U')],
  [srv('one.x.test'), srv('two.x.test')],
  [{ type: 'A', address: '192.0.2.1' }],
  [{ type: 'AAAA', address: '2001:db8::1' }],
  [naptr('SIP+D2T'), srv('one.x.test'), { type: 'A', address: '192.0.2.1' }],
]
const header = 12

/**
 * What a DNS server answers, from its bytes to the places to send to. Header and question are as asked for, or nobody
 * would look at the rest; the counts of records may lie.
 */
export async function dnsTarget(): Promise<FuzzTarget> {
  const server = await DnsServer.start({})
  const locate = createLocate({
    clock: realClock,
    ipVersion: 'auto',
    transports: ['udp', 'tcp', 'tls'],
    resolver: dnsResolver([server.address]),
  })
  const question = { id: 0, name: 'x', type: 1, bytes: Buffer.alloc(0) }
  let asked = 0
  return {
    corpus: answers.map((records) => {
      const whole = writeAnswer(question, records, 0, 1)
      return Buffer.concat([whole.subarray(6, header), whole.subarray(header)])
    }),
    async read(bytes) {
      server.mangle = (answer, { bytes: questionBytes }) => {
        answer.writeUInt16BE(0x8580, 2) // there is such a name
        const counts = Buffer.alloc(6)
        bytes.copy(counts, 0, 0, 6)
        return Buffer.concat([answer.subarray(0, 6), counts, questionBytes, bytes.subarray(6)]).subarray(0, 4_000)
      }
      try {
        const found = await locate(`sip:x@n${asked++}.test`)
        assert.ok(found.length > 0 && found.length <= 32)
        for (const { address, port } of found)
          assert.ok(isIpAddress(address) && port > 0 && port < 65_536, `${address} ${port}`)
        return true
      } catch (error) {
        if (error instanceof LocateError) return false
        throw error
      } finally {
        server.asked.length = 0
      }
    },
    close: async () => server.close(),
  }
}
