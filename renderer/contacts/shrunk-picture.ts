/** Pixels a side: sharp in the largest circle on a dense screen. */
const side = 256

/** The middle of a picture file, small and square, as a `data:` URL; undefined when it is no picture. */
export async function shrunkPicture(file: Blob): Promise<string | undefined> {
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file)
  } catch {
    return undefined
  }
  const { width, height } = picture
  const cut = Math.min(width, height)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  // What is transparent would come out black.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, side, side)
  context.drawImage(picture, (width - cut) / 2, (height - cut) / 2, cut, cut, 0, 0, side, side)
  picture.close()
  return canvas.toDataURL('image/jpeg', 0.88)
}
