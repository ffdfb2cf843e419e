import { autoTri, type Field, tri } from './field.ts'

/** The pages beside the accounts, with X-Lite's menus where it had them. */
export const pages = ['network', 'sip', 'codecs', 'audio', 'incoming', 'look'] as const
export type Page = (typeof pages)[number]

const yesNo = { type: 'yesNo' } as const

/** What the phone keeps beside the accounts, page by page. */
export const phoneFields: Readonly<Record<Page, readonly Field[]>> = {
  network: [
    { path: 'network.autoDetectIp', label: 'Auto Detect IP', kind: yesNo },
    { path: 'network.listenIp', label: 'Listen on IP', kind: { type: 'ip' }, mono: true },
    { path: 'network.sipPort', label: 'Listen SIP Port', kind: { type: 'whole', least: 0, most: 65_535 }, mono: true },
    { path: 'network.rtpPorts', label: 'Listen RTP Port', kind: { type: 'ports' }, mono: true },
    { path: 'network.useXNat', label: 'Use X-NAT to Choose SIP/RTP Ports', kind: tri },
    { path: 'network.useDiscoveredAddress', label: 'Use discovered address in SIP', kind: yesNo },
    { path: 'network.stunServers', label: 'STUN Servers', kind: { type: 'hosts' }, mono: true },
    { path: 'network.natFirewallIp', label: 'NAT Firewall IP', kind: { type: 'ip' }, mono: true },
    {
      path: 'network.ipVersion',
      label: 'IP Version',
      kind: { type: 'choice', values: ['auto', '4', '6'], names: ['Auto', 'IPv4', 'IPv6'] },
    },
  ],
  sip: [
    { path: 'defaults.register', label: 'Register', kind: autoTri },
    { path: 'defaults.useOutboundProxy', label: 'Use Outbound Proxy', kind: autoTri },
    { path: 'defaults.sendInternalIp', label: 'Send Internal IP', kind: autoTri },
    { path: 'network.keepAliveSeconds', label: 'Keep-alive', kind: { type: 'whole', least: 0, most: 3600 } },
  ],
  codecs: [
    { path: 'audio.codecs', label: 'Codecs', kind: { type: 'codecs', mayBeEmpty: false } },
    { path: 'audio.transmitSilence', label: 'Transmit Silence', kind: yesNo },
  ],
  audio: [
    { path: 'audio.echoCancellation', kind: yesNo },
    { path: 'audio.noiseSuppression', kind: yesNo },
    { path: 'audio.gainControl', kind: yesNo },
    {
      path: 'audio.tones',
      kind: { type: 'choice', values: ['auto', 'taiwan', 'china', 'us', 'europe', 'uk'] },
    },
  ],
  incoming: [
    { path: 'calls.doNotDisturb', kind: yesNo },
    { path: 'calls.acceptDirect', kind: { type: 'choice', values: ['always', 'same-network', 'never'] } },
    { path: 'calls.callWaiting', kind: yesNo },
    { path: 'calls.autoAnswer.mode', kind: { type: 'choice', values: ['off', 'header', 'all'] } },
    { path: 'calls.autoAnswer.delaySeconds', kind: { type: 'whole', least: 0, most: 60 } },
    { path: 'calls.acceptTransfer', kind: { type: 'choice', values: ['ask', 'always', 'never'] } },
  ],
  look: [],
}
