/** The public face of the SIP engine: what other rooms may import. */
export { createEngine } from './engine.ts'
export { defaultLimits, type EngineOptions, type Limits, type Locate } from './engine/options.ts'
export type { Clock } from './clock.ts'
export type { Header, SipMessage, SipRequest, SipResponse } from './message/message.ts'
export type {
  Endpoint,
  Engine,
  FlowOptions,
  SocketAddress,
  EngineCounts,
  OutgoingRequest,
  OutgoingResponse,
  RequestContext,
  ResponseContext,
  SendResult,
  Sent,
  TransactionUser,
  TransportName,
  WireMessage,
  WireTap,
} from './transaction-user.ts'
export {
  DrachtioLink,
  generatedMark,
  internalMark,
  localMark,
  reliableMark,
  type LinkDelegate,
  type LinkOptions,
} from './drachtio/index.ts'
export { formatNameAddr, parseNameAddr, tagOf, type NameAddr } from './message/name-addr.ts'
export { formatUri, parseUri, schemeOf, type SipUri } from './message/uri.ts'
export { sameUri } from './message/uri-equality.ts'
export { param, parseParams } from './message/params.ts'
export { parseVia } from './message/via.ts'
export { splitOutside } from './message/grammar.ts'
export { reasonPhrase } from './message/status.ts'
export { createLocate, type LocateOptions } from './locate/locate.ts'
export { dnsResolver, systemResolver, type Resolver } from './locate/resolver.ts'
export { UdpTransport, type UdpBinding } from './transport/udp.ts'
export { keepFlowAlive, type FlowKeepAliveOptions } from './transport/flow-keep-alive.ts'
export type { StunQuestion } from './transport/stun-port.ts'
export { startTcp } from './transport/tcp.ts'
export { startTls, type TlsOptions } from './transport/tls.ts'
export type { CertificateAnswer, CertificateFacts, PinnedCertificate } from './transport/certificate-trust.ts'
export { KernelProbe } from './transport/probe.ts'
export type { Probe, Transport } from './transport/transport.ts'
