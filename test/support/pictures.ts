import { crc32, deflateSync } from 'node:zlib'

/** Picture files of a size in pixels, as far as a reader of headers looks; the colours are not theirs. */

/** With `filling` bytes of a comment, so that it is as large as wished. */
export function jpeg(width: number, height: number, filling = 0): Uint8Array {
  const comments: Buffer[] = []
  for (let left = filling; left > 0; left -= 60_000) {
    const length = Math.min(left, 60_000)
    comments.push(Buffer.from([0xff, 0xfe, ...word(length + 2)]), Buffer.alloc(length, 'comment'))
  }
  const frame = [0xff, 0xff, 0xc0, ...word(11), 8, ...word(height), ...word(width), 1, 1, 0x11, 0]
  return Uint8Array.from(Buffer.concat([Buffer.from([0xff, 0xd8]), ...comments, Buffer.from([...frame, 0xff, 0xd9])]))
}

export function png(width: number, height: number): Uint8Array {
  const bytes = Buffer.alloc(45)
  bytes.write('89504e470d0a1a0a0000000d49484452', 'hex')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return Uint8Array.from(bytes)
}

const word = (value: number) => [value >> 8, value & 0xff]

/** A PNG that can be shown: somebody in front of a wall, `side` pixels each way. */
export function portrait(side = 96): Uint8Array {
  const rows = Buffer.alloc(side * (1 + 3 * side))
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [right, down] = [(2 * x) / side - 1, (2 * y) / side - 1]
      const head = right ** 2 + (down + 0.15) ** 2 < 0.14
      const coat = right ** 2 + ((down - 1.1) / 1.1) ** 2 < 0.5
      const colour = head ? [232, 190, 160] : coat ? [36, 73, 163] : [150, 196, 190]
      rows.set(colour, y * (1 + 3 * side) + 1 + 3 * x)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return Uint8Array.from(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]))
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.byteLength)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
