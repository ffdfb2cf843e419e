/** A running timer: `02:47`, `1:02:47`. */
export function clockText(ms: number): string {
  const [hours, minutes, seconds] = parts(ms)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`
}

/** How long a call was: `0:43`, `11:05`, `1:02:47`. */
export function lengthText(ms: number): string {
  const [hours, minutes, seconds] = parts(ms)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

function parts(ms: number): [hours: number, minutes: number, seconds: number] {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
