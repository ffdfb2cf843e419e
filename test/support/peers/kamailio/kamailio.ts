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

export interface KamailioOptions {
  readonly switches?: readonly Switch[]
  /** Name and password. */
  readonly users?: Readonly<Record<string, string>>
  /** The port of an earlier one, which it takes the place of. */
  readonly port?: number
  /** Its certificate and who signed it, PEM: then it speaks TLS as well, at `tlsPort`. */
  readonly tls?: { readonly key: string; readonly certificate: string; readonly authority: string }
}

const address = '127.0.0.1'

/** kamailio, the descendant of SER, as registrar and proxy of the domain sip.test on loopback. */
export class Kamailio {
  readonly program: Program
  readonly port: number
  /** The next one. */
  readonly tlsPort: number
  readonly domain = 'sip.test'

  /** Resolves when it answers. */
  static async start(scope: Scope, options: KamailioOptions = {}): Promise<Kamailio> {
    const { switches = [], users = { alice: 'secret', bob: 'secret' }, port = await freePorts(), tls } = options
    const folder = await temporaryFolder(scope, 'kamailio')
    const config = await readFile(new URL('kamailio.cfg', import.meta.url), 'utf8')
    const tables = join(folder, 'tables')
    const filled = config.replaceAll('@TLS@', folder).replaceAll('@DB@', tables).replaceAll('@PORT@', String(port))
    await writeFile(join(folder, 'kamailio.cfg'), filled)
    if (switches.includes('WITH_PRESENCE')) await cp('/usr/share/kamailio/dbtext/kamailio', tables, { recursive: true })
    await writeFile(join(folder, 'users.inc'), usersTable(users))
    const listen = ['udp', 'tcp'].flatMap((transport) => ['-l', `${transport}:${address}:${port}`])
    if (tls) {
      const files = { 'server.key': tls.key, 'server.pem': tls.certificate, 'ca.pem': tls.authority }
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
      listen.push('-l', `tls:${address}:${port + 1}`, '-A', 'WITH_TLS')
    }
    const small = ['-DD', '-E', '-n', '1', '-m', '16', '-M', '4']
    const folders = ['-f', join(folder, 'kamailio.cfg'), '-w', folder, '-Y', folder, '-P', join(folder, 'pid')]
    const cases = switches.flatMap((name) => ['-A', name])
    const all = [...folders, ...small, ...listen, ...cases]
    // One that is told to end while it is busy may hang, and its processes with it.
    const program = await Program.start(scope, 'kamailio', all, { cwd: folder, forks: true })
    await until('kamailio answers', () => {
      if (program.exit !== undefined) throw new Error(`kamailio ended: ${program.stderr}`)
      return isRegistrarReady(address, port)
    })
    return new Kamailio(program, port)
  }

  private constructor(program: Program, port: number) {
    this.program = program
    this.port = port
    this.tlsPort = port + 1
  }

  /** For `--proxy`, and for an account's proxy field. */
  get proxy(): string {
    return `${address}:${this.port}`
  }
}

/** For the `skip` of a test that wants `WITH_PRESENCE`. */
export function presenceMissing(): string | false {
  const libraries = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/kamailio/modules`)
  const found = ['/usr/lib/kamailio/modules', ...libraries].some((folder) => existsSync(`${folder}/presence.so`))
  return found ? false : 'needs the presence modules of kamailio (apt-get install kamailio-presence-modules)'
}

function usersTable(users: Readonly<Record<string, string>>): string {
  const rows = Object.entries({ _: '_', ...users }).map(([name, password]) => ` $sht(users=>${name})="${password}";\n`)
  return `event_route[htable:mod-init] {\n${rows.join('')}}\n`
}
