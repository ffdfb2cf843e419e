import { PhoneError } from '../phone/phone-error.ts'
import { defaultSettings, mergeSettings } from '../phone/settings.ts'
import type { SettingsPatch } from '../phone/settings.ts'
import { closest, UsageError } from './usage-error.ts'

interface SettingsOptions {
  /** `key=value`, in order; later ones win. */
  readonly set: readonly string[]
  readonly listen: string | undefined
  readonly sipPort: string | undefined
  readonly rtpPorts: string | undefined
}

/** The settings that the command line asks for, typed as the settings are. Throws a UsageError. */
export function readPatch(options: SettingsOptions): SettingsPatch {
  const assignments: [key: string, value: string, option: string][] = options.set.map((text) => {
    const split = text.indexOf('=')
    if (split < 1) throw new UsageError(`--set needs KEY=VALUE, not ${text}`)
    return [text.slice(0, split).trim(), text.slice(split + 1), '--set']
  })
  if (options.listen !== undefined) assignments.push(['network.listenIp', options.listen, '--listen'])
  if (options.sipPort !== undefined) assignments.push(['network.sipPort', options.sipPort, '--sip-port'])
  if (options.rtpPorts !== undefined) assignments.push(['network.rtpPorts', options.rtpPorts, '--rtp-ports'])
  let patch: SettingsPatch = {}
  let merged = defaultSettings
  for (const [key, value, option] of assignments) {
    const one = nested(key.split('.'), typed(key, value, option))
    try {
      merged = mergeSettings(merged, one)
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error
      throw new UsageError(`${option}: ${option === '--set' ? error.message : error.message.replace(/^\S+ /, '')}`)
    }
    patch = deepMerge(patch, one) as SettingsPatch
  }
  return patch
}

/** The value as the setting's default has it: a number, yes or no, a list, a text. */
function typed(key: string, text: string, option: string): unknown {
  const known = settingAt(key)
  if (known === undefined) {
    const near = closest(key, settingKeys())
    throw new UsageError(`${option}: there is no setting ${key}`, near && `did you mean ${near}?`)
  }
  if (typeof known === 'number') return number(text)
  if (typeof known === 'boolean') return truth(text)
  if (!Array.isArray(known)) return text
  const [first] = known as unknown[]
  const parts = text.split(typeof first === 'number' ? /[-,]/ : ',').map((part) => part.trim())
  return typeof first === 'number' ? parts.map(number) : parts.filter((part) => part !== '')
}

/** What is no number stays what it is: the schema says so better. */
function number(text: string): unknown {
  return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text
}

function truth(text: string): unknown {
  if (['true', 'yes', 'on', '1'].includes(text)) return true
  return ['false', 'no', 'off', '0'].includes(text) ? false : text
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The default of a setting; undefined when there is none of that name or the name stands for a group. */
function settingAt(key: string): unknown {
  let at: unknown = defaultSettings
  for (const name of key.split('.')) {
    if (!isGroup(at) || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return isGroup(at) ? undefined : at
}

function settingKeys(group: unknown = defaultSettings, path: readonly string[] = []): string[] {
  if (!isGroup(group)) return [path.join('.')]
  return Object.entries(group).flatMap(([name, value]) => settingKeys(value, [...path, name]))
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, name) => ({ [name]: inner }), value)
}

function deepMerge(base: unknown, added: unknown): unknown {
  if (!isGroup(base) || !isGroup(added)) return added
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(added)) merged[key] = deepMerge(merged[key], value)
  return merged
}
