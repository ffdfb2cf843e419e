import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * A sound card without hardware: a PulseAudio server of our own in a private folder, with one stereo null sink whose
 * left channel is what the microphone hears and whose right channel is what the speaker plays. A recording of both is
 * sample-exact, so it tells the delay between them.
 */
export class VirtualCard {
  /** What a process needs in its environment to find this card and no other. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly rate: number
  #server: ChildProcess | undefined
  readonly #tools = new Set<ChildProcess>()

  private constructor(folder: string, rate: number) {
    this.folder = folder
    this.rate = rate
    this.env = {
      PULSE_RUNTIME_PATH: join(folder, 'run'),
      PULSE_STATE_PATH: join(folder, 'state'),
      PULSE_COOKIE: join(folder, 'cookie'),
      PULSE_SERVER: `unix:${join(folder, 'run', 'native')}`,
      ALSA_CONFIG_PATH: join(folder, 'asound.conf'),
    }
  }

  /** `rate` in Hz is the card's own. Rejects when the server does not come up. */
  static async start(rate = 48_000): Promise<VirtualCard> {
    const folder = await mkdtemp(join(tmpdir(), 'virtual-card-'))
    const card = new VirtualCard(folder, rate)
    for (const name of ['run', 'state']) await mkdir(join(folder, name), { mode: 0o700 })
    await writeFile(join(folder, 'asound.conf'), alsaConfiguration(rate))
    try {
      await card.startServer()
    } catch (error) {
      await card.stop()
      throw error
    }
    return card
  }

  /** Starts the server, again after `killServer`. */
  async startServer(): Promise<void> {
    const socket = join(this.folder, 'run', 'native')
    // A killed server leaves its socket behind.
    await rm(socket, { force: true })
    const { PULSE_SERVER: _server, ...env } = { ...process.env, ...this.env }
    const server = spawn('pulseaudio', [...serverOptions, ...modules(this.rate, socket)], { env, stdio: 'ignore' })
    this.#server = server
    const failed = once(server, 'error')
    failed.catch(() => {})
    for (let tries = 0; tries < 200; tries++) {
      if (server.exitCode !== null) throw new Error(`pulseaudio ended with ${server.exitCode}`)
      if ((await this.#run('pactl', ['set-default-source', 'mic'])) === 0) {
        if ((await this.#run('pactl', ['set-default-sink', 'vspk'])) === 0) return
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('pulseaudio did not come up')
  }

  /** SIGKILL: what a crash of the sound server, or pulling out the plug, looks like. */
  async killServer(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }

  /** Plays a WAV file into the microphone; resolves when it has ended. */
  async speak(wavPath: string): Promise<void> {
    const code = await this.#run('paplay', ['-d', 'vmic', '--latency-msec=50', wavPath])
    if (code !== 0) throw new Error(`paplay ended with ${code}`)
  }

  /** Records from now until `stop`, which returns what both ends of the card heard, at `rate`. */
  async record(): Promise<{ stop(): Promise<{ microphone: Int16Array; speaker: Int16Array }> }> {
    const options = ['-d', 'card.monitor', `--rate=${this.rate}`, '--channels=2', '--format=s16le', '--raw']
    const tool = spawn('parec', [...options, '--latency-msec=20'], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.#tools.add(tool)
    const chunks: Buffer[] = []
    tool.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(tool.stdout, 'data')
    return {
      stop: async () => {
        const ended = once(tool, 'close')
        tool.kill('SIGTERM')
        await ended
        this.#tools.delete(tool)
        return deinterleave(Buffer.concat(chunks))
      },
    }
  }

  async stop(): Promise<void> {
    for (const tool of this.#tools) tool.kill('SIGKILL')
    await this.killServer()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #run(command: string, args: readonly string[]): Promise<number> {
    const tool = spawn(command, args, { env: { ...process.env, ...this.env }, stdio: 'ignore' })
    this.#tools.add(tool)
    const [code] = (await once(tool, 'close')) as [number | null]
    this.#tools.delete(tool)
    return code ?? -1
  }
}

/** For the `skip` of a test: false when the package is installed. */
export const naudiodonMissing: string | false = canLoad('naudiodon')
  ? false
  : 'skipped: needs naudiodon (apt-get install g++ make python3 libasound2-dev, then npm install)'

/** For the `skip` of a test: false when everything needed is installed. */
export const virtualCardMissing: string | false = whatIsMissing()

function whatIsMissing(): string | false {
  return haveAll(['pulseaudio', 'pactl', 'paplay', 'parec']) && havePlugin()
    ? naudiodonMissing
    : 'skipped: needs pulseaudio (apt-get install pulseaudio libasound2-plugins)'
}

function canLoad(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

function haveAll(commands: readonly string[]): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return commands.every((command) => folders.some((folder) => existsSync(join(folder, command))))
}

function havePlugin(): boolean {
  const cache = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' })
  const folders = new Set(cache.stdout?.match(/\/\S*(?=\/libasound\.so\.2)/g) ?? [])
  return [...folders].some((folder) => existsSync(join(folder, 'alsa-lib', 'libasound_module_pcm_pulse.so')))
}

const serverOptions = [
  ['--system=false', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disable-shm=yes'],
  ['--realtime=no', '--high-priority=no', '--log-target=stderr', '--log-level=error', '-n'],
].flat()

function modules(rate: number, socket: string): string[] {
  const mono = (side: string) => `master_channel_map=front-${side} channel_map=front-${side} channels=1 remix=no`
  return [
    // Without norewinds a null sink plays some things twice.
    `module-null-sink sink_name=card norewinds=1 rate=${rate} channels=2 channel_map=front-left,front-right format=s16le`,
    `module-remap-sink sink_name=vmic master=card ${mono('left')}`,
    `module-remap-sink sink_name=vspk master=card ${mono('right')}`,
    `module-remap-source source_name=mic master=card.monitor ${mono('left')}`,
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
  ].flatMap((module) => ['-L', module])
}

/** It does not include the system's configuration: only these devices exist, and nothing probes real hardware. */
function alsaConfiguration(rate: number): string {
  const hint = (text: string) => `hint { show on description "${text}" }`
  return `
    pcm.!default { type pulse ${hint('Virtual card (default)')} }
    ctl.!default { type pulse }
    pcm.vmic { type pulse device "mic" ${hint('Virtual microphone')} }
    pcm.vspk { type pulse device "vspk" ${hint('Virtual speaker')} }
    defaults.pcm.rate ${rate}
  `
}

function deinterleave(bytes: Buffer): { microphone: Int16Array; speaker: Int16Array } {
  const count = bytes.length >> 2
  const [microphone, speaker] = [new Int16Array(count), new Int16Array(count)]
  for (let i = 0; i < count; i++) {
    microphone[i] = bytes.readInt16LE(i * 4)
    speaker[i] = bytes.readInt16LE(i * 4 + 2)
  }
  return { microphone, speaker }
}
