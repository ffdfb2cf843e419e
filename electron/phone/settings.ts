import * as v from 'valibot'
import { codecNames } from '../../native/protocol.ts'
import { codecList } from './codec-list.ts'
import { PhoneError } from './phone-error.ts'
import { tonePlans } from './tone-plan.ts'

/** The settings of a profile (CONTRACT's Settings): schema, defaults, and the one way to change them. */

const tri = v.picklist(['default', 'always', 'never'], 'must be "default", "always" or "never"')
const automatic = v.picklist(['auto', 'always', 'never'], 'must be "auto", "always" or "never"')
const yesNo = v.boolean('must be true or false')
const name = v.pipe(v.string('must be a text'), v.maxLength(256, 'must be at most 256 characters long'))

function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

/** Keys as Electron's accelerators name them: modifiers and one key, joined by `+`; empty for none. */
const accelerator = v.pipe(
  v.string('must be a text'),
  v.regex(
    /^$|^(?:(?:CommandOrControl|Command|Control|Ctrl|Alt|Option|AltGr|Shift|Super|Meta)\+)+[\w.,/;'[\]`=-]{1,16}$|^Media[A-Za-z]{1,16}$/,
    'must be keys such as CommandOrControl+Alt+A',
  ),
)

/** An IP literal without brackets, or empty for none. */
const address = v.pipe(
  v.string('must be an IP address'),
  v.check((text) => text === '' || v.is(v.pipe(v.string(), v.ip()), text), 'must be an IP address, or empty'),
)

const rtpPorts = v.pipe(
  v.strictTuple([whole(1024, 65_535), whole(1024, 65_535)], 'must be two ports: [first, last]'),
  // One pair is the least: RTP on an even port, RTCP on the next (RFC 3550 11).
  v.check(([first, last]) => last > first + (first % 2), 'must hold an even port and the next odd one'),
)

export const settingsSchema = v.strictObject({
  network: v.strictObject({
    autoDetectIp: yesNo,
    listenIp: address,
    /** 0: any free port. */
    sipPort: whole(0, 65_535),
    rtpPorts,
    useXNat: tri,
    useDiscoveredAddress: yesNo,
    stunServers: v.pipe(v.array(name, 'must be a list of host names'), v.maxLength(16, 'must be at most 16 servers')),
    natFirewallIp: address,
    keepAliveSeconds: whole(0, 3600),
    ipVersion: v.picklist(['auto', '4', '6'], 'must be "auto", "4" or "6"'),
  }),
  calls: v.strictObject({
    acceptDirect: v.picklist(['always', 'same-network', 'never'], 'must be "always", "same-network" or "never"'),
    doNotDisturb: yesNo,
    autoAnswer: v.strictObject({
      mode: v.picklist(['off', 'header', 'all'], 'must be "off", "header" or "all"'),
      delaySeconds: whole(0, 60),
    }),
    callWaiting: yesNo,
    acceptTransfer: v.picklist(['ask', 'always', 'never'], 'must be "ask", "always" or "never"'),
  }),
  defaults: v.strictObject({ useOutboundProxy: automatic, sendInternalIp: automatic, register: automatic }),
  audio: v.strictObject({
    /** A device's name; empty follows the system's default. */
    input: name,
    output: name,
    ring: name,
    /** Whose ringback, busy and ringing tones are heard; auto: by the system's time zone. */
    tones: v.picklist(tonePlans, `must be one of ${tonePlans.join(', ')}`),
    echoCancellation: yesNo,
    noiseSuppression: yesNo,
    gainControl: yesNo,
    /** False: nothing but comfort noise is sent while nobody talks (RFC 3389). */
    transmitSilence: yesNo,
    /** In order of preference. */
    codecs: v.pipe(
      codecList,
      v.minLength(1, 'must name at least one codec'),
      v.check((codecs) => new Set(codecs).size === codecs.length, 'must not name a codec twice'),
    ),
  }),
  ui: v.strictObject({
    language: v.picklist(['auto', 'en', 'zh-TW', 'zh-CN'], 'must be "auto", "en", "zh-TW" or "zh-CN"'),
    theme: v.picklist(['auto', 'light', 'dark'], 'must be "auto", "light" or "dark"'),
    /** Whether closing the window leaves the phone running. */
    keepRunning: yesNo,
    /** Whether the phone starts when its user logs in. */
    startAtLogin: yesNo,
    /** Whether the window stays out of sight at the start. */
    startHidden: yesNo,
    /** Whether sip:, sips:, tel: and callto: links of other programs are ours. */
    openLinks: yesNo,
    /** Keys that work while other programs have the keyboard. */
    globalShortcuts: v.strictObject({ on: yesNo, answer: accelerator, hangUp: accelerator, mute: accelerator }),
  }),
})

export type Settings = v.InferOutput<typeof settingsSchema>

/** What concerns the sound card, in `audio`. */
export const soundKeys = [
  'input',
  'output',
  'ring',
  'echoCancellation',
  'noiseSuppression',
  'gainControl',
] as const satisfies readonly (keyof Settings['audio'])[]

type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T
export type SettingsPatch = DeepPartial<Settings>

export const defaultSettings: Settings = {
  network: {
    autoDetectIp: true,
    listenIp: '',
    sipPort: 5060,
    rtpPorts: [8000, 8999],
    useXNat: 'default',
    useDiscoveredAddress: true,
    stunServers: [],
    natFirewallIp: '',
    keepAliveSeconds: 30,
    ipVersion: 'auto',
  },
  calls: {
    acceptDirect: 'always',
    doNotDisturb: false,
    autoAnswer: { mode: 'off', delaySeconds: 0 },
    callWaiting: true,
    acceptTransfer: 'ask',
  },
  defaults: { useOutboundProxy: 'auto', sendInternalIp: 'auto', register: 'auto' },
  audio: {
    input: '',
    output: '',
    ring: '',
    tones: 'auto',
    echoCancellation: true,
    noiseSuppression: true,
    gainControl: true,
    transmitSilence: true,
    codecs: [...codecNames],
  },
  ui: {
    language: 'auto',
    theme: 'auto',
    keepRunning: false,
    startAtLogin: false,
    startHidden: false,
    openLinks: false,
    globalShortcuts: {
      on: false,
      answer: 'CommandOrControl+Alt+A',
      hangUp: 'CommandOrControl+Alt+H',
      mute: 'CommandOrControl+Alt+M',
    },
  },
}

/**
 * `settings` with `patch` merged in deeply; lists are replaced whole. `patch` may come from anywhere.
 * Throws PhoneError `invalid-params` with the path of the key at fault as `field`.
 */
export function mergeSettings(settings: Settings, patch: unknown): Settings {
  if (!isRecord(patch)) throw invalid('patch', 'must be an object')
  const parsed = v.safeParse(settingsSchema, merge(settings, patch, []), { abortEarly: true })
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw invalid(v.getDotPath(issue) ?? 'patch', readable(issue.message))
}

/**
 * What a stored settings file says, as far as it makes sense: each value at fault keeps its default and is named in
 * `problems`. Files of older and newer versions are read this way.
 */
export function readSettings(stored: unknown): { readonly settings: Settings; readonly problems: readonly string[] } {
  let settings = defaultSettings
  const problems: string[] = []
  for (const patch of leaves(stored, [])) {
    try {
      settings = mergeSettings(settings, patch)
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error
      problems.push(error.message)
    }
  }
  return { settings, problems }
}

type Record_ = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function merge(current: unknown, patch: Record_, path: readonly string[]): unknown {
  const known = current as Record_
  const merged: Record<string, unknown> = { ...known }
  for (const [key, value] of Object.entries(patch)) {
    const here = [...path, key]
    // hasOwn also keeps `__proto__` and the like out.
    if (!Object.hasOwn(known, key)) throw invalid(here.join('.'), 'is not a setting')
    if (value === undefined) continue
    const nested = isRecord(known[key])
    if (nested && !isRecord(value)) throw invalid(here.join('.'), 'must be an object')
    merged[key] = nested ? merge(known[key], value as Record_, here) : value
  }
  return merged
}

/** One patch for each leaf of a stored object; depth and number are bounded by the shape of the settings. */
function* leaves(stored: unknown, path: readonly string[]): Generator<unknown> {
  if (path.length < 3 && isRecord(stored)) {
    for (const [key, value] of Object.entries(stored)) yield* leaves(value, [...path, key])
    return
  }
  yield path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), stored)
}

function readable(message: string): string {
  return message.startsWith('must') ? message : `is not valid (${message})`
}

function invalid(field: string, what: string): PhoneError {
  return new PhoneError('invalid-params', `${field} ${what}`, { field })
}
