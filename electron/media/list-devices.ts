import type { AudioHostCommand, AudioHostEvent } from '../../native/protocol.ts'
import { MediaError } from '../phone/ports.ts'
import type { AudioDevice, Clock } from '../phone/ports.ts'
import type { Child, StartChild } from './start-child.ts'

/** Some sound systems probe for seconds; some for ever. */
const patienceMs = 5000

/**
 * The sound devices as they are now, from a process of their own: the driver's list in a process that has opened a
 * device is stale, and asking for it can hang. Rejects with a MediaError `no-audio-device` whose message says why.
 */
export function listDevices(
  startChild: StartChild,
  audioHost: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<readonly AudioDevice[]> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new MediaError('no-audio-device', message))
    let child: Child | undefined = undefined
    const abort = () => child?.kill()
    const cancel = clock.after(patienceMs, () => {
      fail(`the sound system did not list its devices within ${patienceMs / 1000} s`)
      child?.kill()
    })
    child = startChild(audioHost, {
      onMessage(message) {
        const event = message as AudioHostEvent
        if (event.event === 'devices') resolve(event.devices)
        else if (event.event === 'failed') fail(event.message)
        else return
        child?.kill()
      },
      onExit({ complaint }) {
        cancel()
        signal?.removeEventListener('abort', abort)
        // Too late to matter when an answer came.
        fail(`the list of sound devices could not be had${complaint === '' ? '' : `: ${complaint}`}`)
      },
    })
    signal?.addEventListener('abort', abort)
    child.send({ op: 'list' } satisfies AudioHostCommand)
  })
}
