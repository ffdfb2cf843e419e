import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface BaresipProfile {
  readonly folder: string
  readonly address: string
  readonly sipPort: number
  readonly controlPort: number
  /** First of a range of `rtpPortCount` ports. */
  readonly rtpPort: number
  readonly rtpPortCount: number
  readonly user: string
  /** Where it registers; undefined: nowhere. */
  readonly registrar?: { readonly domain: string; readonly proxy: string; readonly password: string } | undefined
  /** `auto` takes every call at once, `manual` lets it ring. */
  readonly answer: 'auto' | 'manual'
  readonly codecs: readonly string[]
  /** The WAV file (mono; 8 kHz, or 16 where it speaks G722 or Opus alone) it speaks. */
  readonly play: string
  /** Folder for what it hears and says, one WAV file each. */
  readonly record: string | undefined
  readonly mostCalls: number
  /** How it encrypts: `srtp` as well as it can, `srtp-mand` or not at all. */
  readonly encryption?: 'srtp' | 'srtp-mand' | undefined
  /** Tells others whether it is there. */
  readonly presence?: boolean | undefined
  /** The only entry of its address book, a SIP URI: whom it writes to. */
  readonly contact?: string | undefined
  /** It offers ICE. */
  readonly ice?: boolean
  /** The interface it uses; absent: that of `address`. */
  readonly device?: string
}

/** The settings are those under which baresip 1.0 runs on loopback alone, without a sound card and without surprises. */
export async function writeBaresipProfile(profile: BaresipProfile): Promise<void> {
  const { folder, address, sipPort, controlPort, rtpPort, rtpPortCount } = profile
  const rate = ['G722', 'opus'].includes(profile.codecs.join()) ? 16_000 : 8000
  await mkdir(folder, { recursive: true })
  if (profile.record !== undefined) await mkdir(profile.record, { recursive: true })
  const recorder: [string, string][] =
    profile.record === undefined
      ? []
      : [
          ['module', 'sndfile.so'],
          ['snd_path', profile.record],
        ]
  const settings: [string, string | number][] = [
    ['poll_method', 'epoll'],
    ['sip_listen', `${address}:${sipPort}`],
    ['call_local_timeout', 120],
    ['call_max_calls', profile.mostCalls],
    ['call_hold_other_calls', 'no'],
    ['audio_path', '/usr/share/baresip'],
    ['audio_source', `aufile,${profile.play}`],
    // A bridge to nowhere takes sound at the pace of a sound card.
    ['audio_player', 'aubridge,nowhere'],
    ['audio_alert', 'aubridge,elsewhere'],
    ['ausrc_srate', rate],
    ['auplay_srate', rate],
    ['ausrc_channels', 1],
    ['auplay_channels', 1],
    ['audio_level', 'no'],
    ['ausrc_format', 's16'],
    ['auplay_format', 's16'],
    ['auenc_format', 's16'],
    ['audec_format', 's16'],
    ['audio_buffer', '20-160'],
    ['opus_bitrate', 32_000],
    ['opus_stereo', 'no'],
    ['opus_sprop_stereo', 'no'],
    ['opus_inbandfec', 'yes'],
    ['opus_application', 'voip'],
    ['opus_packet_loss', 10],
    ['rtp_tos', 184],
    ['rtp_ports', `${rtpPort}-${rtpPort + rtpPortCount - 1}`],
    ['rtcp_mux', 'no'],
    ['jitter_buffer_delay', '5-10'],
    ['rtp_stats', 'yes'],
    ['statmode_default', 'off'],
    ['net_interface', profile.device ?? address],
    ['module_path', '/usr/lib/baresip/modules'],
    ...['g711', 'g722', ...(profile.codecs.includes('opus') ? ['opus'] : []), 'aufile', 'aubridge'].map(
      (name): [string, string] => ['module', `${name}.so`],
    ),
    ...recorder,
    ...(profile.ice ? [['module', 'ice.so'] as [string, string]] : []),
    ...(profile.encryption ? [['module', 'srtp.so'] as [string, string]] : []),
    ...['uuid', 'account'].map((name): [string, string] => ['module_tmp', `${name}.so`]),
    ...['contact', 'debug_cmd', 'menu', 'ctrl_tcp', ...(profile.presence ? ['presence'] : [])].map(
      (name): [string, string] => ['module_app', `${name}.so`],
    ),
    ['ctrl_tcp_listen', `${address}:${controlPort}`],
  ]
  const account = accountLine(profile)
  // It takes 8000 Hz for granted where none is named.
  const fullNames: Readonly<Record<string, string>> = { G722: 'G722/16000/1', opus: 'opus/48000/1' }
  const codecs = profile.codecs.map((name) => fullNames[name] ?? name)
  const options = `answermode=${profile.answer};audio_codecs=${codecs.join(',')}`
  await writeFile(join(folder, 'config'), settings.map((line) => `${line.join('\t')}\n`).join(''))
  const encryption = profile.encryption ? `;mediaenc=${profile.encryption}` : ''
  await writeFile(join(folder, 'accounts'), `${account};${options}${encryption}${profile.ice ? ';medianat=ice' : ''}\n`)
  await writeFile(join(folder, 'contacts'), profile.contact === undefined ? '' : `"Contact" <${profile.contact}>\n`)
  await writeFile(join(folder, 'current_contact'), '')
}

function accountLine({ user, address, sipPort, registrar }: BaresipProfile): string {
  if (registrar === undefined) return `<sip:${user}@${address}:${sipPort};transport=udp>;regint=0`
  const { domain, proxy, password } = registrar
  const login = `auth_user=${user};auth_pass=${password}`
  return `<sip:${user}@${domain};transport=udp>;${login};outbound="sip:${proxy};transport=udp";regint=60`
}
