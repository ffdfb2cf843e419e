import { FakePhone } from './fake-phone.ts'
import { LossyNet } from './lossy-net.ts'
import { RawPeer } from './raw-peer.ts'
import type { RoamingHost } from './roaming-host.ts'
import { virtualAgent } from './virtual-agent.ts'
import { VirtualTime } from './virtual-time.ts'

/** A whole user agent at 10.0.0.1, or on a host that moves, and a peer of plain text at 10.0.0.2; in virtual time. */
export async function agentAndPeer<At extends string | RoamingHost>(at: (net: LossyNet) => At) {
  const time = new VirtualTime()
  const net = new LossyNet(time, 7)
  const phone = new FakePhone()
  const host = at(net)
  const agent = await virtualAgent(time, net, host, 8, phone)
  const peer = new RawPeer(net, '10.0.0.2')
  return {
    time,
    net,
    phone,
    host,
    agent,
    peer,
    /** What the peer says, and 10 ms for what follows from it. */
    send: async (text: string, to = '10.0.0.1') => {
      peer.send(text, to)
      await time.advance(10)
    },
    heard: (method: string) => peer.heard.filter((text) => text.startsWith(method)),
    last: (start: string) => peer.heard.findLast((text) => text.startsWith(start)) ?? '',
  }
}
