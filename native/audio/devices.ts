import type { ListedDevice } from '../protocol.ts'
import { CardError } from './naudiodon.ts'
import type { Naudiodon, NativeDevice } from './naudiodon.ts'

interface FoundDevice extends ListedDevice {
  readonly id: number
  /** Hz */
  readonly rate: number
}

/**
 * Every device once. Windows shows the same device through several interfaces, cut to 31 letters in the oldest one:
 * WASAPI alone is used there. Elsewhere a name that two interfaces know counts once, the default interface first.
 */
export function findDevices(audio: Naudiodon): FoundDevice[] {
  const devices = audio.getDevices()
  const { defaultHostAPI, HostAPIs } = audio.getHostAPIs()
  const wasapi = HostAPIs.find((api) => api.type === 'WASAPI' && devices.some((d) => d.hostAPIName === api.name))
  const first = wasapi ?? HostAPIs[defaultHostAPI] ?? HostAPIs[0]
  const usable = wasapi === undefined ? devices : devices.filter((device) => device.hostAPIName === wasapi.name)
  const ordered = usable.toSorted((a, b) => order(a) - order(b) || a.id - b.id)
  function order(device: NativeDevice): number {
    return device.hostAPIName === first?.name ? 0 : 1
  }

  const found = new Map<string, FoundDevice>()
  const add = (device: NativeDevice, kind: FoundDevice['kind'], channels: number, isDefault: boolean) => {
    const key = `${kind} ${device.name}`
    if (channels < 1 || (found.has(key) && !isDefault)) return
    found.set(key, { name: device.name, kind, default: isDefault, id: device.id, rate: device.defaultSampleRate })
  }
  for (const device of ordered) {
    add(device, 'input', device.maxInputChannels, device.id === first?.defaultInput)
    add(device, 'output', device.maxOutputChannels, device.id === first?.defaultOutput)
  }
  return [...found.values()]
}

/**
 * The device of that name; the default one when the name is empty or gone (unplugged), or the first of all; undefined
 * when there is none of that kind.
 */
export function chooseDevice(
  devices: readonly FoundDevice[],
  kind: FoundDevice['kind'],
  name = '',
): FoundDevice | undefined {
  const candidates = devices.filter((device) => device.kind === kind)
  return (
    candidates.find((device) => device.name === name) ?? candidates.find((device) => device.default) ?? candidates[0]
  )
}

/** Throws a CardError when there is no device at all. */
export function listDevices(audio: Naudiodon): ListedDevice[] {
  const devices = findDevices(audio)
  if (devices.length === 0) throw noDevice()
  return devices.map(({ name, kind, default: isDefault }) => ({ name, kind, default: isDefault }))
}

export function noDevice(): CardError {
  return new CardError(
    'no sound device: plug in a microphone or headset, or choose audio without a device (--audio null, tone or file)',
    false,
  )
}
