import assert from 'node:assert/strict'
import { LossyNet } from '../lossy-net.ts'
import { idle, Station } from '../station.ts'
import { VirtualTime } from '../virtual-time.ts'
import { sipCorpus } from './sip.ts'
import type { FuzzTarget } from './target.ts'

/** The whole engine in virtual time: whatever comes in, nothing is thrown and nothing stays. */
export async function engineTarget(random: () => number): Promise<FuzzTarget> {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const phone = await Station.open(net, time, '10.0.0.1')
  const own = { transport: 'udp', address: phone.address, port: phone.port } as const
  phone.handle = ({ method }, { transactionId }) => {
    if (method !== 'ACK' && method !== 'CANCEL' && random() < 0.8) void phone.respond(transactionId, 486)
  }
  return {
    corpus: sipCorpus,
    async read(bytes) {
      const before = phone.requests.length + phone.responses.length
      const source = { transport: 'udp', address: `10.0.1.${Math.floor(random() * 250)}`, port: 5060 } as const
      net.send(bytes, source, own)
      await time.advance(200)
      assert.deepEqual(phone.faults, [])
      const heard = phone.requests.length + phone.responses.length > before
      for (const list of [phone.requests, phone.responses, phone.wire, phone.ended]) list.length = 0
      return heard
    },
    async close() {
      await time.advance(400_000)
      assert.deepEqual([phone.faults, phone.engine.counts()], [[], idle])
    },
  }
}
