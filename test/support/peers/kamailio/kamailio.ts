import { existsSync, readdirSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '../../free-ports.ts'
import { Program } from '../../process.ts'
import type { Scope } from '../../scope.ts'
import { temporaryFolder } from '../../temp-folder.ts'
import { until } from '../../until.ts'
import { isRegistrarReady } from './ready.ts'

/** What the configuration can be told to do; `kamailio.cfg` says what each means. */
export type Switch =
  | 'WITH_AUTH_REG'
  | 'WITH_AUTH_INV'
  | 'REG407'
  | 'AUTH_SHA256'
  | 'WITH_QOP'
  | 'STRICT423'
  | 'WITH_GRUU'
  | 'WITH_PRESENCE'
  | `${'NONCEEXP' | 'MAXEXP' | 'MINEXP' | 'FRINV' | 'FR'}=${number}`

interface KamailioOptions {
  readonly switches?: readonly Switch[]
  /** Name and password. */
  readonly users?: Readonly<Record<string, string>>
  /** Users whose calls it answers itself: with a status, or by 302 with the URI to go to. */
  readonly refused?: Readonly<Record<string, number>>
  readonly moved?: Readonly<Record<string, string>>
  /** On loopback; 127.0.0.1 if not given. */
  readonly address?: string
  /** `sip.test` if not given. */
  readonly domain?: string
  /** Another proxy, and its domain: two in a row. */
  readonly peer?: { readonly domain: string; readonly uri: string }
  /** The port of an earlier one, which it takes the place of. */
  readonly port?: number
  /** Its certificate and who signed it, PEM: then it speaks TLS as well, at `tlsPort`. */
  readonly tls?: { readonly key: string; readonly certificate: string; readonly authority: string }
}

/** kamailio, the descendant of SER, as registrar and proxy of a domain on loopback. */
export class Kamailio {
  readonly program: Program
  readonly port: number
  /** The next one. */
  readonly tlsPort: number
  readonly domain: string
  readonly address: string

  /** Resolves when it answers. */
  static async start(scope: Scope, options: KamailioOptions = {}): Promise<Kamailio> {
    const { switches = [], users = { alice: 'secret', bob: 'secret' }, address = '127.0.0.1', tls } = options
    const { domain = 'sip.test', port = await freePorts(2, address), peer } = options
    const folder = await temporaryFolder(scope, 'kamailio')
    const config = await readFile(new URL('kamailio.cfg', import.meta.url), 'utf8')
    const tables = join(folder, 'tables')
    const filled = config.replaceAll('@TLS@', folder).replaceAll('@DB@', tables).replaceAll('@PORT@', String(port))
    await writeFile(join(folder, 'kamailio.cfg'), filled)
    if (switches.includes('WITH_PRESENCE')) await cp('/usr/share/kamailio/dbtext/kamailio', tables, { recursive: true })
    await writeFile(join(folder, 'users.inc'), usersTable(users, options))
    const listen = ['udp', 'tcp'].flatMap((transport) => ['-l', `${transport}:${address}:${port}`])
    if (tls) {
      const files = { 'server.key': tls.key, 'server.pem': tls.certificate, 'ca.pem': tls.authority }
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
      listen.push('-l', `tls:${address}:${port + 1}`, '-A', 'WITH_TLS')
    }
    const small = ['-DD', '-E', '-n', '1', '-m', '16', '-M', '4']
    const folders = ['-f', join(folder, 'kamailio.cfg'), '-w', folder, '-Y', folder, '-P', join(folder, 'pid')]
    const cases = switches.flatMap((name) => ['-A', name])
    const domains = { LOCALDOM: domain, ...(peer && { PEERDOM: peer.domain, PEERURI: peer.uri }) }
    cases.push(...Object.entries(domains).flatMap(([name, value]) => ['-A', `${name}="${value}"`]))
    const all = [...folders, ...small, ...listen, ...cases]
    // One that is told to end while it is busy may hang, and its processes with it.
    const program = await Program.start(scope, 'kamailio', all, { cwd: folder, forks: true })
    await until('kamailio answers', () => {
      if (program.exit !== undefined) throw new Error(`kamailio ended: ${program.stderr}`)
      return isRegistrarReady(address, port)
    })
    return new Kamailio(program, address, port, domain)
  }

  private constructor(program: Program, address: string, port: number, domain: string) {
    this.program = program
    this.address = address
    this.domain = domain
    this.port = port
    this.tlsPort = port + 1
  }

  /** For `--proxy`, and for an account's proxy field. */
  get proxy(): string {
    return `${this.address}:${this.port}`
  }
}

/** For the `skip` of a test that wants `WITH_PRESENCE`. */
export function presenceMissing(): string | false {
  const libraries = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/kamailio/modules`)
  const found = ['/usr/lib/kamailio/modules', ...libraries].some((folder) => existsSync(`${folder}/presence.so`))
  return found ? false : 'needs the presence modules of kamailio (apt-get install kamailio-presence-modules)'
}

function usersTable(users: Readonly<Record<string, string>>, { refused = {}, moved = {} }: KamailioOptions): string {
  const table = (name: string, entries: Readonly<Record<string, string | number>>) =>
    Object.entries(entries).map(([key, value]) => ` $sht(${name}=>${key})=${JSON.stringify(value)};\n`)
  const rows = [...table('users', { _: '_', ...users }), ...table('reject', refused), ...table('redir', moved)]
  return `event_route[htable:mod-init] {\n${rows.join('')}}\n`
}
