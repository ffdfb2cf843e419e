import { dieWithParent } from '../../native/audio/host.ts'

/** An audio host whose main thread hangs in the driver, so that it never hears of its parent's end. */
dieWithParent()
process.once('message', () => {
  process.send?.({ event: 'devices', devices: [] }, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
})
