import type { LineOptions } from '../../electron/phone/ports.ts'
import { FakePhone } from './fake-phone.ts'
import { LossyNet } from './lossy-net.ts'
import { headerOf, RawPeer } from './raw-peer.ts'
import { virtualAgent } from './virtual-agent.ts'
import { VirtualTime } from './virtual-time.ts'

/** A user agent with an account, its server, and a stranger, on a simulated network in virtual time. */
export async function accountBench(options: Partial<LineOptions> = {}) {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const phone = new FakePhone()
  const { ua, engine } = await virtualAgent(time, net, '10.0.0.1', 1, phone)
  const server = new RawPeer(net, '10.0.0.2')
  const stranger = new RawPeer(net, '10.0.0.3')
  const line = ua.openLine({
    from: { uri: 'sip:alice@10.0.0.2', displayName: 'Alice' },
    registrar: 'sip:10.0.0.2',
    route: ['sip:10.0.0.2'],
    credentials: { username: 'alice', password: 'secret' },
    instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
    ...options,
  })
  return { time, net, phone, ua, engine, line, server, stranger }
}

export const us = '10.0.0.1'

export const challenge = (status: 401 | 407, realm = 'sip.test', rest = '') =>
  `${status === 401 ? 'WWW' : 'Proxy'}-Authenticate: Digest realm="${realm}",nonce="${realm}-1",qop="auth"${rest}`

/** The requests of this method that a peer got, without retransmissions. */
export function requests(peer: RawPeer, method: string): string[] {
  const found = new Map<string, string>()
  for (const text of peer.heard) {
    if (text.startsWith(`${method} `)) found.set(`${headerOf(text, 'Via')}${headerOf(text, 'CSeq')}`, text)
  }
  return [...found.values()]
}

export const hasCredentials = (text: string) => /^(?:proxy-)?authorization:/im.test(text)

/** An answer with SDP in it. */
export function accepting(peer: RawPeer, request: string, tag: string, lines: readonly string[] = []): string {
  const body = 'v=0\r\no=- 1 1 IN IP4 10.0.0.3\r\ns=peer\r\nc=IN IP4 10.0.0.3\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
  const { address, port } = peer.local
  const head = [`Contact: <sip:peer@${address}:${port}>`, 'Content-Type: application/sdp', ...lines]
  return peer
    .answer(request, 200, tag, head)
    .replace(/Content-Length: 0\r\n\r\n$/, `Content-Length: ${body.length}\r\n\r\n${body}`)
}
