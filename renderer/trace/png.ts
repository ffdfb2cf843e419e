/** Canvases have an end, px. */
const longest = 16_000
const scale = 2

/** An SVG drawing as PNG, twice as fine where that can be had. Rejects where the page cannot draw it. */
export async function pngOf(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image()
  const loaded = new Promise<void>((resolve, reject) => {
    image.addEventListener('load', () => resolve())
    image.addEventListener('error', () => reject(new Error('the drawing cannot be shown')))
  })
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await loaded
  const fit = Math.min(scale, longest / image.width, longest / image.height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.floor(image.width * fit))
  canvas.height = Math.max(1, Math.floor(image.height * fit))
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob === null) throw new Error('the drawing is too large')
  return new Uint8Array(await blob.arrayBuffer())
}
