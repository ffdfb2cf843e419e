/** Where the window was, display by display: pure, so that every arrangement can be tried. Pixels. */

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Display {
  readonly id: number
  /** Without task bars and the like. */
  readonly workArea: Rectangle
}

interface WindowPlaces {
  /** The display it was on last. */
  readonly last?: number
  readonly byDisplay: Readonly<Record<string, Rectangle>>
}

export const usualSize = { width: 360, height: 640 }
export const leastSize = { width: 320, height: 480 }

const mostDisplays = 16

/** What a file says, as far as it makes sense. */
export function readPlaces(stored: unknown): WindowPlaces {
  if (!isRecord(stored) || !isRecord(stored['byDisplay'])) return { byDisplay: {} }
  const places = Object.entries(stored['byDisplay'])
    .filter((entry): entry is [string, Rectangle] => isRectangle(entry[1]))
    .slice(-mostDisplays)
  const { last } = stored
  return { ...(typeof last === 'number' ? { last } : {}), byDisplay: Object.fromEntries(places) }
}

/** Where to open the window: on the display it was on last, if that is still there, and always in full sight. */
export function placeWindow(places: WindowPlaces, displays: readonly Display[], primary: Display): Rectangle {
  const display = displays.find(({ id }) => id === places.last) ?? primary
  const { workArea } = display
  const stored = places.byDisplay[display.id]
  if (stored === undefined) return within(workArea, { ...centred(workArea), ...usualSize })
  return within(workArea, stored)
}

export function rememberPlace(places: WindowPlaces, display: Display, bounds: Rectangle): WindowPlaces {
  const { x, y, width, height } = bounds
  // The newest at the end: the oldest is the one that is forgotten.
  const { [display.id]: _old, ...others } = places.byDisplay
  const kept = Object.entries(others).slice(1 - mostDisplays)
  return { last: display.id, byDisplay: Object.fromEntries([...kept, [String(display.id), { x, y, width, height }]]) }
}

function centred(area: Rectangle): { readonly x: number; readonly y: number } {
  return {
    x: Math.round(area.x + (area.width - usualSize.width) / 2),
    y: Math.round(area.y + (area.height - usualSize.height) / 2),
  }
}

function within(area: Rectangle, wanted: Rectangle): Rectangle {
  const width = clamp(wanted.width, leastSize.width, Math.max(area.width, leastSize.width))
  const height = clamp(wanted.height, leastSize.height, Math.max(area.height, leastSize.height))
  return {
    x: clamp(wanted.x, area.x, Math.max(area.x, area.x + area.width - width)),
    y: clamp(wanted.y, area.y, Math.max(area.y, area.y + area.height - height)),
    width,
    height,
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most))
}

function isRectangle(value: unknown): value is Rectangle {
  return isRecord(value) && ['x', 'y', 'width', 'height'].every((name) => Number.isSafeInteger(value[name]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
