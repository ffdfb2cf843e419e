import { Buffer } from 'node:buffer'

/** Pictures of one icon in the files that Windows and macOS want. Both hold PNGs as they are. */

export interface Picture {
  /** Pixels, both ways. */
  readonly size: number
  readonly png: Uint8Array
}

/** ICO: a directory of 16 bytes an entry, then the pictures; 0 stands for 256 pixels. */
export function ico(pictures: readonly Picture[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  for (const [index, { size, png }] of pictures.entries()) {
    if (size > 256) throw new Error(`an ICO has no place for ${size} pixels`)
    const at = 6 + 16 * index
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** The types of ICNS that hold a PNG, by pixels: plain ones, and those for displays with twice the pixels. */
const types: Readonly<Record<number, readonly string[]>> = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['icp6', 'ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}

/** ICNS: chunks of a type, a length that counts its own 8 bytes, and the picture. Big endian. */
export function icns(pictures: readonly Picture[]): Buffer {
  const chunks = pictures.flatMap(({ size, png }) => (types[size] ?? []).map((type) => chunk(type, png)))
  return chunk('icns', Buffer.concat(chunks))
}

function chunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}
