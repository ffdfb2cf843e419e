import type { RemoteParty } from './shapes.ts'

/** When and whom, in characters that every file system takes: `2026-11-27 19.30.12 Bob`, UTC. */
export function recordingName({ uri, displayName }: RemoteParty, wallTime: number): string {
  const at = new Date(wallTime).toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.')
  const user = /^(?:sips?|tel):([^@;?]+)/i.exec(uri)?.[1] ?? ''
  const who = (displayName ?? user)
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N} +_-]/gu, '')
    .trim()
    .slice(0, 40)
  return who === '' ? at : `${at} ${who}`
}
