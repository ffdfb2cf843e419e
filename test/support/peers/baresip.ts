import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '../free-ports.ts'
import { Program } from '../process.ts'
import type { Scope } from '../scope.ts'
import { temporaryFolder } from '../temp-folder.ts'
import { until } from '../until.ts'
import { BaresipControl, type BaresipEvent } from './baresip-control.ts'
import { writeBaresipProfile, type BaresipProfile } from './baresip-profile.ts'

type BaresipOptions = Pick<BaresipProfile, 'play'> &
  Partial<
    Pick<
      BaresipProfile,
      'answer' | 'codecs' | 'user' | 'registrar' | 'mostCalls' | 'presence' | 'contact' | 'encryption'
    >
  > & {
    readonly recording?: boolean
  }

/** baresip, a softphone nobody here wrote, in a folder of its own on loopback. */
export class Baresip {
  readonly program: Program
  readonly control: BaresipControl
  readonly profile: BaresipProfile
  /** Where to call it. */
  readonly target: string

  /** Resolves when it listens. */
  static async start(scope: Scope, options: BaresipOptions): Promise<Baresip> {
    const folder = await temporaryFolder(scope, 'baresip')
    const mostCalls = options.mostCalls ?? 4
    const ports = await freePorts(4 + 2 * mostCalls)
    const profile: BaresipProfile = {
      folder,
      address: '127.0.0.1',
      sipPort: ports,
      // It also takes the port after its SIP port, for TLS.
      controlPort: ports + 2,
      rtpPort: ports + 4,
      rtpPortCount: 2 * mostCalls,
      user: options.user ?? 'baresip',
      registrar: options.registrar,
      answer: options.answer ?? 'auto',
      codecs: options.codecs ?? ['PCMU', 'PCMA'],
      play: options.play,
      record: options.recording === false ? undefined : join(folder, 'recordings'),
      mostCalls,
      presence: options.presence,
      contact: options.contact,
      encryption: options.encryption,
    }
    await writeBaresipProfile(profile)
    // It may not listen to SIGTERM while a call is being ended.
    const program = await Program.start(scope, 'baresip', ['-f', folder, '-v'], { cwd: folder, patienceMs: 1000 })
    const control = await until('baresip listens', async () => {
      if (program.exit !== undefined) throw new Error(`baresip ended: ${program.stdout}${program.stderr}`)
      return BaresipControl.connect(profile.address, profile.controlPort).catch(() => undefined)
    })
    scope.after(() => control.close())
    return new Baresip(program, control, profile)
  }

  private constructor(program: Program, control: BaresipControl, profile: BaresipProfile) {
    this.program = program
    this.control = control
    this.profile = profile
    this.target = `sip:${profile.user}@${profile.address}:${profile.sipPort}`
  }

  async dial(target: string): Promise<void> {
    await this.control.command('dial', target)
  }

  async accept(): Promise<void> {
    await this.control.command('accept')
  }

  async hangup(): Promise<void> {
    await this.control.command('hangup')
  }

  async hold(): Promise<void> {
    await this.control.command('hold')
  }

  async resume(): Promise<void> {
    await this.control.command('resume')
  }

  /** Writes to its contact. */
  async message(text: string): Promise<void> {
    await this.control.command('contact_next')
    await this.control.command('message', text)
  }

  async showPresence(there: boolean): Promise<void> {
    await this.control.command(there ? 'presence_online' : 'presence_offline')
  }

  /** One digit at a time, each pressed and let go. */
  async digits(digits: string): Promise<void> {
    for (const digit of digits) await this.control.command('sndcode', digit)
  }

  event(type: string, withinMs?: number): Promise<BaresipEvent> {
    return this.control.event(type, withinMs)
  }

  /** What it heard (`dec`) or said (`enc`) in its only call so far, as the bytes of a WAV file. */
  async recording(direction: 'dec' | 'enc'): Promise<Uint8Array> {
    const folder = this.profile.record
    if (folder === undefined) throw new Error('baresip was told not to record')
    const names = (await readdir(folder)).filter((name) => name.includes(direction))
    if (names.length !== 1) throw new Error(`expected one recording, found ${names.join(', ') || 'none'}`)
    return readFile(join(folder, names[0]!))
  }
}
