import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '../free-ports.ts'
import { Program } from '../process.ts'
import type { Scope } from '../scope.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { pause, until } from '../until.ts'

interface LinphoneOptions {
  readonly user: string
  /** Absent: it calls and is called directly. */
  readonly registrar?: {
    readonly domain: string
    /** Of its server, with `;transport=` if need be. */
    readonly uri: string
    readonly password: string
  }
}

/** linphonec, a softphone nobody here wrote, in a folder of its own on loopback. It answers every call; no sound card. */
export class Linphone {
  readonly program: Program
  readonly port: number
  readonly user: string
  /** How much of its output was looked at. */
  #seen = 0

  /** Resolves when it takes commands and, where it is to register, is registered. */
  static async start(scope: Scope, { user, registrar }: LinphoneOptions): Promise<Linphone> {
    const folder = await temporaryFolder(scope, 'linphone')
    const port = await freePorts(6)
    for (const place of ['.local/share/linphone', '.config/linphone']) {
      await mkdir(join(folder, place), { recursive: true })
    }
    await writeFile(join(folder, 'rc'), phoneConfig(user, port) + (registrar ? accountConfig(user, registrar) : ''))
    const args = ['-a', '-c', join(folder, 'rc')]
    const program = await Program.start(scope, 'linphonec', args, {
      cwd: folder,
      env: { HOME: folder },
      patienceMs: 1000,
    })
    const phone = new Linphone(program, user, port)
    await phone.says(/linphonec> /)
    phone.command('soundcard use files')
    if (registrar) await phone.#registered()
    return phone
  }

  private constructor(program: Program, user: string, port: number) {
    this.program = program
    this.user = user
    this.port = port
  }

  /** Where to call it directly. */
  get target(): string {
    return `sip:${this.user}@127.0.0.1:${this.port}`
  }

  command(line: string): void {
    this.program.write(`${line}\n`)
  }

  /** It says so only when asked. */
  async #registered(): Promise<void> {
    for (let asked = 1; ; asked++) {
      this.command('status register')
      await this.says(/registered, |registered=/)
      if (/registered, identity=/.test(this.program.stdout)) return
      if (asked === 60) throw new Error(`linphonec does not register: ${this.program.told}`)
      await pause(500)
    }
  }

  /** What it prints after what was waited for before. */
  async says(pattern: RegExp, withinMs = 30_000): Promise<void> {
    await until(
      `${pattern} of linphonec`,
      () => {
        const found = pattern.exec(this.program.stdout.slice(this.#seen))
        if (found) this.#seen += found.index + found[0].length
        return found ? true : undefined
      },
      withinMs,
    )
  }
}

const phoneConfig = (user: string, port: number) => `[sip]
sip_port=${port}
sip_tcp_port=${port}
sip_tls_port=${port + 1}
sip_random_port=0
bind_address=127.0.0.1
guess_hostname=0
contact=sip:${user}@127.0.0.1:${port}
use_ipv6=0
default_proxy=0
media_encryption=none
verify_server_certs=0
verify_server_cn=0
session_expires_enabled=0
[rtp]
audio_rtp_port=${port + 2}
[net]
mtu=1300
firewall_policy=0
[sound]
echocancellation=0
playback_dev_id=ALSA Unknown: Null
[video]
enabled=0
`

const accountConfig = (user: string, { domain, uri, password }: NonNullable<LinphoneOptions['registrar']>) => `
[auth_info_0]
username=${user}
passwd=${password}
realm=${domain}
domain=${domain}
[proxy_0]
reg_proxy=<${uri}>
reg_route=<${uri}>
reg_identity=<sip:${user}@${domain}>
reg_expires=120
reg_sendregister=1
publish=0
avpf=0
`
