import type { AudioSink } from './port.ts'

export const discard: AudioSink = { write: () => {}, close: () => Promise.resolve() }
