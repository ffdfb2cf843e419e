import { homedir, release } from 'node:os'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Phone } from './phone.ts'
import { type ArchivedFile, tar } from './tar.ts'

/** A file of the bundle, as it is shown before it is saved. */
export interface DiagnosticsFile {
  readonly name: string
  /** Octets. */
  readonly size: number
  /** Absent where it is no text. */
  readonly text?: string
}

interface DiagnosticsOptions {
  /**
   * Without digest responses, keys of SRTP, texts of messages and digits, and without packets of sound; true when
   * absent. Passwords are never in it.
   */
  readonly redact?: boolean | undefined
}

/** What of the phone is asked. */
export type Diagnosed = Pick<
  Phone,
  'info' | 'snapshot' | 'settings' | 'accounts' | 'listLog' | 'audioDevices' | 'trace'
>

const mostCalls = 50

/** Everything that somebody who is to find a fault wants to know, in one file (.tar.gz), and what is inside before. */
export class Diagnostics {
  readonly #phone: Diagnosed
  readonly #wallTime: () => number

  /** `wallTime`: milliseconds since 1970. */
  constructor(phone: Diagnosed, wallTime: () => number) {
    this.#phone = phone
    this.#wallTime = wallTime
  }

  async preview(options: DiagnosticsOptions = {}): Promise<readonly DiagnosticsFile[]> {
    const files = await this.#files(options)
    return files.map(({ name, bytes }) => ({
      name,
      size: bytes.byteLength,
      ...(!name.endsWith('.pcap') && { text: Buffer.from(bytes).toString() }),
    }))
  }

  /** The bytes of a .tar.gz. */
  async bundle(options: DiagnosticsOptions = {}): Promise<Uint8Array> {
    const files = await this.#files(options)
    const folder = files.map(({ name, bytes }) => ({ name: `dialtone-diagnostics/${name}`, bytes }))
    return await promisify(gzip)(tar(folder, this.#wallTime() / 1000))
  }

  async #files({ redact = true }: DiagnosticsOptions): Promise<readonly ArchivedFile[]> {
    const phone = this.#phone
    const { accounts, calls, voicemail, audio, doNotDisturb } = phone.snapshot()
    const told: Readonly<Record<string, unknown>> = {
      'versions.json': { ...phone.info(), ...runsOn(), at: new Date(this.#wallTime()).toISOString() },
      'settings.json': { settings: phone.settings(), accounts: phone.accounts() },
      'state.json': { accounts, calls, voicemail, audio, doNotDisturb },
      'devices.json': await this.#devices(),
      'calls.json': phone.listLog({ limit: mostCalls }),
      'inputs.json': phone.trace.lastInputs(),
    }
    return [
      { name: 'README.txt', bytes: Buffer.from(redact ? readmeRedacted : readme) },
      ...Object.entries(told).map(([name, what]) => ({ name, bytes: Buffer.from(written(what)) })),
      { name: 'trace.txt', bytes: phone.trace.export({ format: 'text', redact }) },
      { name: 'trace.pcap', bytes: phone.trace.export({ format: 'pcap', redact }) },
    ]
  }

  /** The list of devices may be what is broken. */
  async #devices(): Promise<unknown> {
    try {
      return await this.#phone.audioDevices()
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) }
    }
  }
}

function runsOn() {
  const { versions, platform, arch } = process
  const { node, v8, openssl, electron, chrome } = versions as Readonly<Record<string, string | undefined>>
  return { system: { platform, release: release(), arch }, programs: { node, electron, chrome, v8, openssl } }
}

/** Nobody's name in a path, no password that somebody wrote into a URI (RFC 3261 19.1.1). */
function written(what: unknown): string {
  const text = JSON.stringify(what, undefined, 2)
  const home = JSON.stringify(homedir()).slice(1, -1)
  const anywhere = home.length > 1 ? text.replaceAll(home, '~') : text
  return `${anywhere.replaceAll(/(\bsips?:[^\s:@<>"]+):[^\s@<>"]*@/gi, '$1:***@')}\n`
}

const contents = `Diagnostics of Dialtone.

versions.json   the program and the machine it runs on
settings.json   settings and accounts, without passwords
state.json      registrations, calls under way, sound
devices.json    microphones and speakers
calls.json      the last ${mostCalls} calls
inputs.json     what calls, registrations, subscriptions, transfers and transactions were told last, without texts
trace.txt       the SIP messages that are still kept
trace.pcap      the same for Wireshark
`

const readmeRedacted = `${contents}
Masked (***): responses and credentials of Authorization headers, keys of SRTP, texts of messages, digits. Packets of
sound are left out. Names, numbers and addresses are there: without them nobody finds a fault.
`

const readme = `${contents}
NOT masked: responses of Authorization headers (a weak password can be guessed from them), keys of SRTP, texts of
messages, digits, and what was recorded of the sound.
`
