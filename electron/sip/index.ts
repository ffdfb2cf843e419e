/** The public face of the SIP engine: what other rooms may import. */
export { createEngine } from './engine.ts'
export { type EngineOptions } from './engine/options.ts'
export type { Header, SipRequest, SipResponse } from './message/message.ts'
export type {
  Endpoint,
  Engine,
  SocketAddress,
  OutgoingRequest,
  OutgoingResponse,
  RequestContext,
  ResponseContext,
  SendResult,
  TransactionUser,
  WireMessage,
  WireTap,
} from './transaction-user.ts'
export {
  DrachtioLink,
  generatedMark,
  internalMark,
  localMark,
  reliableMark,
  type LinkOptions,
} from './drachtio/index.ts'
export { formatNameAddr, type NameAddr, parseNameAddr, tagOf } from './message/name-addr.ts'
export { formatUri, isGruu, parseUri, schemeOf, type SipUri } from './message/uri.ts'
export { sameUri } from './message/uri-equality.ts'
export { param, type Param, parseParams } from './message/params.ts'
export { parseVia } from './message/via.ts'
export { splitOutside } from './message/grammar.ts'
export { reasonPhrase } from './message/status.ts'
export { createLocate } from './locate/locate.ts'
export { dnsResolver, systemResolver, type Resolver } from './locate/resolver.ts'
export { UdpTransport } from './transport/udp.ts'
export { startTcp } from './transport/tcp.ts'
export { startTls, type TlsOptions } from './transport/tls.ts'
export { KernelProbe } from './transport/probe.ts'
export type { Transport } from './transport/transport.ts'
