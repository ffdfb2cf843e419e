import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chooseDevice, findDevices, listDevices } from '../../../native/audio/devices.ts'
import { CardError, loadNaudiodon } from '../../../native/audio/naudiodon.ts'
import type { NativeDevice, NativeHostApi, Naudiodon } from '../../../native/audio/naudiodon.ts'

const none = 4_294_967_295

function machine(devices: readonly NativeDevice[], apis: readonly NativeHostApi[], defaultHostAPI = 0): Naudiodon {
  return {
    getDevices: () => devices,
    getHostAPIs: () => ({ defaultHostAPI, HostAPIs: apis }),
    AudioIO: () => assert.fail('nothing is opened here'),
  }
}

function device(id: number, name: string, hostAPIName: string, inputs: number, outputs: number): NativeDevice {
  return { id, name, hostAPIName, maxInputChannels: inputs, maxOutputChannels: outputs, defaultSampleRate: 48_000 }
}

const windows = machine(
  [
    device(0, 'Microphone (USB Headset with a', 'MME', 2, 0),
    device(1, 'Speakers (USB Headset with a na', 'MME', 0, 2),
    device(2, 'Microphone (USB Headset with a name)', 'Windows WASAPI', 1, 0),
    device(3, 'Speakers (USB Headset with a name)', 'Windows WASAPI', 0, 2),
    device(4, 'Speakers (Built-in)', 'Windows WASAPI', 0, 2),
  ],
  [
    { name: 'MME', type: 'MME', defaultInput: 0, defaultOutput: 1 },
    { name: 'Windows WASAPI', type: 'WASAPI', defaultInput: 2, defaultOutput: 4 },
  ],
)

const linux = machine(
  [
    device(0, 'HDA Intel: ALC257 (hw:0,0)', 'ALSA', 2, 2),
    device(1, 'default', 'ALSA', 32, 32),
    device(2, 'default', 'OSS', 2, 2),
    device(3, 'Monitor', 'JACK', 2, 0),
  ],
  [
    { name: 'OSS', type: 'OSS', defaultInput: 2, defaultOutput: 2 },
    { name: 'ALSA', type: 'ALSA', defaultInput: 1, defaultOutput: 1 },
    { name: 'JACK', type: 'JACK', defaultInput: 3, defaultOutput: none },
  ],
  1,
)

describe('sound devices', () => {
  it('shows each once, with its whole name, on Windows', () => {
    assert.deepEqual(listDevices(windows), [
      { name: 'Microphone (USB Headset with a name)', kind: 'input', default: true },
      { name: 'Speakers (USB Headset with a name)', kind: 'output', default: false },
      { name: 'Speakers (Built-in)', kind: 'output', default: true },
    ])
  })

  it('prefers the default interface where two know a name', () => {
    const found = findDevices(linux)
    assert.deepEqual(
      found
        .filter(({ name }) => name === 'default')
        .map(({ id, kind, default: isDefault }) => ({ id, kind, isDefault })),
      [
        { id: 1, kind: 'input', isDefault: true },
        { id: 1, kind: 'output', isDefault: true },
      ],
    )
    assert.equal(found.filter((one) => one.default).length, 2)
  })

  it('chooses by name, else the default, else any', () => {
    const found = findDevices(windows)
    assert.equal(chooseDevice(found, 'output', 'Speakers (USB Headset with a name)')?.id, 3)
    assert.equal(chooseDevice(found, 'output')?.id, 4)
    assert.equal(chooseDevice(found, 'output', 'unplugged')?.id, 4)
    // A name of the other kind does not count.
    assert.equal(chooseDevice(found, 'input', 'Speakers (Built-in)')?.id, 2)
    const undecided = found.map((one) => ({ ...one, default: false }))
    assert.equal(chooseDevice(undecided, 'output')?.id, 3)
    assert.equal(chooseDevice([], 'output'), undefined)
  })

  it('says so when there is none', () => {
    const nothing = machine([], [{ name: 'ALSA', type: 'ALSA', defaultInput: none, defaultOutput: none }])
    assert.throws(
      () => listDevices(nothing),
      (error) => error instanceof CardError && error.code === 'no-audio-device' && !error.permanent,
    )
  })

  it('says how to get naudiodon when it is not there', () => {
    assert.throws(
      () => loadNaudiodon('naudiodon-that-is-not-installed'),
      (error) => error instanceof CardError && error.permanent && /npm install/.test(error.message),
    )
  })
})
