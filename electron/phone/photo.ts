/** The picture of a contact, as a file that any program can show. */
export interface Photo {
  readonly type: 'image/jpeg' | 'image/png'
  readonly bytes: Uint8Array
}

/** Bytes. */
export const largestPhoto = 262_144
/** Pixels a side. A small file can say that it is huge, and would fill the memory of whoever shows it. */
const mostPixels = 2048

/** Undefined: it is neither a JPEG nor a PNG file, or too large in one way or the other. Never throws. */
export function photoOf(bytes: Uint8Array): Photo | undefined {
  if (bytes.byteLength > largestPhoto) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const png = pngSize(view)
  const size = png ?? jpegSize(view)
  if (size === undefined || size.some((side) => side < 1 || side > mostPixels)) return undefined
  return { type: png === undefined ? 'image/jpeg' : 'image/png', bytes }
}

/** What its base64 stands for; undefined as above. */
export function photoFromBase64(text: string): Photo | undefined {
  // Four characters are three bytes; blanks and line ends may stand between them.
  if (text.length > largestPhoto * 2) return undefined
  return photoOf(new Uint8Array(Buffer.from(text, 'base64')))
}

function toBase64({ bytes }: Photo): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

export function toDataUrl(photo: Photo): string {
  return `data:${photo.type};base64,${toBase64(photo)}`
}

/** PNG (ISO/IEC 15948) 5.2 and 11.2.1: the signature, then the header with width and height. */
function pngSize(view: DataView): [width: number, height: number] | undefined {
  const signed = view.byteLength >= 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a
  if (!signed || view.getUint32(12) !== 0x49484452) return undefined
  return [view.getUint32(16), view.getUint32(20)]
}

/** JPEG (ITU-T T.81) B.1.1.4 and B.2.2: segments up to the frame header, which has height and width. */
function jpegSize(view: DataView): [width: number, height: number] | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    // A marker may have any number of fill bytes in front.
    if (marker === 0xff) {
      at += 1
      continue
    }
    // SOF0 to SOF15; three of that range are tables.
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (frame) return [view.getUint16(at + 7), view.getUint16(at + 5)]
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}
