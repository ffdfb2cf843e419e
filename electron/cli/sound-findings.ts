import type { Finding, Look } from './finding.ts'
import { told } from './outcome.ts'

const withoutSound = 'Without a sound card, calls work with --play IN.wav or --audio null, tone, echo, file:IN.wav.'

export function lookAtSoundPackage({ world }: Look): Finding {
  const check = 'sound package'
  if (world.checks.soundPackage()) return { check, verdict: 'ok', detail: 'naudiodon is installed' }
  return {
    check,
    verdict: 'warn',
    code: 'no-audio-device',
    detail: 'naudiodon is not installed: calls only with files and tones',
    remedy: 'Install g++, make, python3 and the ALSA headers (libasound2-dev), then run "npm install" again.',
  }
}

export async function lookAtDevices({ world }: Look): Promise<Finding> {
  const check = 'sound devices'
  const code = 'no-audio-device'
  try {
    const devices = await world.checks.devices()
    if (devices.length === 0) return { check, verdict: 'warn', code, detail: 'there are none', remedy: withoutSound }
    const detail = devices
      .map(({ name, kind, default: isDefault }) => `${kind} "${name}"${isDefault ? ' (default)' : ''}`)
      .join(', ')
    const missing = (['input', 'output'] as const).find((kind) => devices.every((device) => device.kind !== kind))
    return missing === undefined
      ? { check, verdict: 'ok', detail }
      : { check, verdict: 'warn', code, detail: `${detail}; no ${missing}`, remedy: withoutSound }
  } catch (error) {
    return {
      check,
      verdict: 'warn',
      code,
      detail: told(error).message,
      remedy: 'Run this again when one is plugged in.',
    }
  }
}

/** A call goes on without it, in other codecs. */
export async function lookAtOpus({ world }: Look): Promise<Finding> {
  const check = 'opus'
  const fault = await world.checks.opus()
  if (fault === undefined) return { check, verdict: 'ok', detail: 'Opus can be offered and taken' }
  return {
    check,
    verdict: 'warn',
    code: 'internal',
    detail: `${fault}: calls go without Opus`,
    remedy: 'Install Dialtone again; in a checkout, run "npm install".',
  }
}
