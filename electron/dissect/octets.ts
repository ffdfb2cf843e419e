/** Octets as numbers, without anything that only Node has: captures are read in the window too. */

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** From `start` up to `end`, without copying; what is beyond the end is left out. */
export function part(view: DataView, start: number, end = view.byteLength): DataView {
  const from = Math.min(start, view.byteLength)
  return new DataView(view.buffer, view.byteOffset + from, Math.max(0, Math.min(end, view.byteLength) - from))
}

export function bytesOf(view: DataView, start = 0, end = view.byteLength): Uint8Array {
  const { buffer, byteOffset, byteLength } = part(view, start, end)
  return new Uint8Array(buffer, byteOffset, byteLength)
}
