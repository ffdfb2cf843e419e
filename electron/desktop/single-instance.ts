import { app } from 'electron'
import { dialTextOf, findLink } from './sip-links.ts'

/** Somebody started this phone again, or opened a link with it. */
export type OnCalled = (link: string | undefined) => void

/**
 * One window a profile: true for the first. A later start hands its arguments over and is to end at once. What makes
 * them the same profile is the folder `userData`, so that has to be set before.
 */
export function beOnlyInstance(onCalled: OnCalled): boolean {
  // Chromium shuffles the command line that it hands over; this is as it was.
  if (!app.requestSingleInstanceLock({ argv: process.argv.slice(1) })) return false
  app.on('second-instance', (_event, argv, _folder, data) => onCalled(findLink(handedOver(data) ?? argv)))
  // macOS tells of links this way.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    onCalled(dialTextOf(url))
  })
  return true
}

function handedOver(data: unknown): readonly string[] | undefined {
  const argv = typeof data === 'object' && data !== null && 'argv' in data ? data.argv : undefined
  return Array.isArray(argv) && argv.every((text) => typeof text === 'string') ? argv : undefined
}
