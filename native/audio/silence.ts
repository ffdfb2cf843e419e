import type { AudioSource } from './port.ts'

export const silence: AudioSource = { read: (frame) => void frame.fill(0) }
