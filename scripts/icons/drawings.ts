import { readFileSync } from 'node:fs'

/** The icon as it is drawn for each place. SVG. */

const icon = readFileSync(new URL('../../assets/icon.svg', import.meta.url), 'utf8')
/** What stands inside of the icon's own <svg>, which is 44 units wide. */
const inner = icon.slice(icon.indexOf('>') + 1, icon.lastIndexOf('</svg>'))

export const drawing = icon

/** macOS draws icons with a margin: 824 of 1024 pixels. */
export const macDrawing = frame(
  inner,
  `${-44 * (100 / 824)} ${-44 * (100 / 824)} ${44 * (1024 / 824)} ${44 * (1024 / 824)}`,
)

export const trayStates = ['ready', 'calling', 'missed', 'quiet', 'fault'] as const
type TrayState = (typeof trayStates)[number]

/** A dot at the lower right corner; `quiet` has a bar in it, so that colour is not all that tells. */
const dots: Readonly<Record<TrayState, string>> = {
  ready: '',
  calling: dot('#1E8E4E', '<path d="M27 33l4 4 7-8" fill="none" stroke="#fff" stroke-width="3"/>'),
  missed: dot('#C77700', '<path d="M33 27v7m0 3v2" stroke="#fff" stroke-width="3"/>'),
  quiet: dot('#5F6368', '<path d="M28 33h10" stroke="#fff" stroke-width="3"/>'),
  fault: dot('#B3261E', '<path d="M29 29l8 8m0-8l-8 8" stroke="#fff" stroke-width="3"/>'),
}

export function trayDrawing(state: TrayState): string {
  return frame(`${inner}${dots[state]}`, '0 0 44 44')
}

/** For the menu bar of macOS, which colours it by itself: black on nothing. */
export function templateDrawing(state: TrayState): string {
  const wave =
    '<path d="M4 22c3-12 6-12 9 0s6 12 9 0 6-12 9 0 6 12 9 0" fill="none" stroke="#000" stroke-width="4" stroke-linecap="round"/>'
  const mark = state === 'ready' ? '' : '<circle cx="36" cy="36" r="7"/>'
  return frame(`${wave}${mark}`, '0 0 44 44')
}

function dot(colour: string, sign: string): string {
  return `<circle cx="33" cy="33" r="10.5" fill="${colour}" stroke="#fff" stroke-width="1.5"/>${sign}`
}

function frame(content: string, viewBox: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}">${content}</svg>`
}
