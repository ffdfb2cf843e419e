import { networkInterfaces } from 'node:os'
import type { ParseArgsOptionsConfig } from 'node:util'
import { PhoneError } from '../phone/phone-error.ts'
import type { PhoneDependencies } from '../phone/phone.ts'
import type { SettingsPatch } from '../phone/settings.ts'
import { type GivenAccount, readAccount } from './account-options.ts'
import { type AudioChoice, audioPlan, readAudio } from './audio.ts'
import { type LogLevel, logLevels } from './log.ts'
import { type CommandName, type OptionName, type OptionRow, options } from './options.ts'
import { udpPortFault } from './port-check.ts'
import { readPatch } from './settings-patch.ts'
import { UsageError } from './usage-error.ts'

/** What every way to start the phone can be told: the common options, read and checked. */
export interface PhoneOptions {
  /** Undefined: the default profile, or a throw-away folder for the commands that use one. */
  readonly profile: string | undefined
  readonly data: string | undefined
  /** Of our own address, the part before the @. */
  readonly user: string | undefined
  /** An account of this run alone. */
  readonly account: GivenAccount | undefined
  /** Settings of this run alone. */
  readonly settings: SettingsPatch
  readonly audio: AudioChoice
  readonly log: LogLevel
  /** Where everything that passes the wire is written at the end. */
  readonly trace: string | undefined
}

/** What node:util's parseArgs makes of the options. */
export type Values = Readonly<Partial<Record<OptionName, string | boolean | (string | boolean)[]>>>

export const parseConfig = Object.fromEntries(
  (Object.entries(options) as [OptionName, OptionRow][]).map(([name, row]) => [
    name,
    { type: row.value === undefined ? 'boolean' : 'string', multiple: row.many === true },
  ]),
) as ParseArgsOptionsConfig

export function textOf(values: Values, name: OptionName): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** Throws a UsageError; `kind` is the command whose help it then points to. */
export function readPhoneOptions(values: Values, kind?: CommandName): PhoneOptions {
  const text = (name: OptionName) => textOf(values, name)
  if (text('profile') !== undefined && text('data') !== undefined)
    throw new UsageError('--profile and --data exclude each other', undefined, kind)
  return {
    profile: text('profile'),
    data: text('data'),
    user: readUser(text('user')),
    account: readAccount(
      {
        user: readUser(text('user')),
        password: text('password'),
        domain: text('domain'),
        proxy: text('proxy'),
        transport: text('transport'),
        register: values.register === true,
      },
      kind,
    ),
    settings: readPatch({
      set: Array.isArray(values.set) ? values.set.map(String) : [],
      listen: text('listen'),
      sipPort: text('sip-port'),
      rtpPorts: text('rtp-ports'),
    }),
    audio: readAudio({ audio: text('audio'), play: text('play'), record: text('record'), echo: values.echo === true }),
    log: readLevel(text('log')),
    trace: text('trace'),
  }
}

/** What the phone itself gets to know of the command line. */
export function phoneDependencies(
  options: PhoneOptions,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Pick<PhoneDependencies, 'audio' | 'testAudio' | 'overrides' | 'identity' | 'account' | 'password' | 'demanded'> {
  const { network } = options.settings
  const { account } = options
  const password = env['DIALTONE_PASSWORD'] || undefined
  return {
    audio: audioPlan(options.audio),
    testAudio: { source: options.audio.source, sink: options.audio.sink },
    overrides: options.settings,
    ...(options.user === undefined ? {} : { identity: { username: options.user } }),
    ...(account && {
      account: { fields: account.fields, ...(account.password !== undefined && { password: account.password }) },
    }),
    ...(password !== undefined && { password }),
    // What the command line asks for is a demand; any free port is always to be had.
    demanded: {
      sipPort: network?.sipPort !== undefined && network.sipPort !== 0,
      rtpPorts: network?.rtpPorts !== undefined,
    },
  }
}

/** The one setting of the command line that only the system can judge. Rejects with a PhoneError. */
export async function checkListenAddress({ settings }: PhoneOptions): Promise<void> {
  const address = settings.network?.listenIp ?? ''
  if (address === '' || (await udpPortFault(0, address)) === undefined) return
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map((each) => each.address) ?? [])
  throw new PhoneError('invalid-params', `${address} is not an address of this machine; it has ${own.join(', ')}`, {
    field: 'network.listenIp',
  })
}

function readLevel(text: string | undefined): LogLevel {
  const level = logLevels.find((name) => name === (text ?? 'error'))
  if (level === undefined) throw new UsageError(`--log must be one of ${logLevels.join(', ')}`)
  return level
}

function readUser(text: string | undefined): string | undefined {
  // RFC 3261 25.1 user, without escapes.
  if (text === undefined || /^[A-Za-z\d\-_.!~*'()&=+$,;?/]{1,64}$/.test(text)) return text
  throw new UsageError('--user must be a name or number without blanks, such as 1001', 'not a whole address')
}
