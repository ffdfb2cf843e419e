/** Picture files of a size in pixels, as far as a reader of headers looks; the colours are not theirs. */

/** With `filling` bytes of a comment, so that it is as large as wished. */
export function jpeg(width: number, height: number, filling = 0): Uint8Array {
  const comments: number[][] = []
  for (let left = filling; left > 0; left -= 60_000) {
    const length = Math.min(left, 60_000)
    comments.push([0xff, 0xfe, ...word(length + 2), ...Array.from({ length }, (_, n) => n % 251)])
  }
  const frame = [0xff, 0xc0, ...word(11), 8, ...word(height), ...word(width), 1, 1, 0x11, 0]
  return Uint8Array.from([0xff, 0xd8, ...comments.flat(), 0xff, ...frame, 0xff, 0xd9])
}

export function png(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(45)
  bytes.write('89504e470d0a1a0a0000000d49484452', 'hex')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return Uint8Array.from(bytes)
}

const word = (value: number) => [value >> 8, value & 0xff]
