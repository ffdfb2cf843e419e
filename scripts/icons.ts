import { mkdirSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { launchChromium } from '../test/support/chromium.ts'
import { icns, ico, type Picture } from './icons/containers.ts'
import { drawing, macDrawing, templateDrawing, trayDrawing, trayStates } from './icons/drawings.ts'

/**
 * `npm run icons`: draws assets/icon.svg in every size and file that packages want, and the pictures of the tray. What
 * it writes is committed, for the pixels of another Chromium differ a little.
 */

const place = (path: string) => new URL(`../${path}`, import.meta.url)
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024]

async function draw(page: Page, svg: string, size: number): Promise<Picture> {
  await page.setViewportSize({ width: size, height: size })
  const url = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  await page.setContent(`<style>*{margin:0}img{display:block;width:100vw;height:100vh}</style><img src="${url}">`)
  await page.locator('img').evaluate((image) => (image as unknown as { decode(): Promise<void> }).decode())
  return { size, png: await page.screenshot({ omitBackground: true }) }
}

const browser = await launchChromium()
try {
  const page = await browser.newPage()
  mkdirSync(place('assets/package/icons'), { recursive: true })
  const pictures: Picture[] = []
  for (const size of sizes) {
    const picture = await draw(page, drawing, size)
    pictures.push(picture)
    writeFileSync(place(`assets/package/icons/${size}x${size}.png`), picture.png)
  }
  writeFileSync(place('assets/package/icon.ico'), ico(pictures.filter(({ size }) => size <= 256)))
  const mac: Picture[] = []
  for (const size of [16, 32, 64, 128, 256, 512, 1024]) mac.push(await draw(page, macDrawing, size))
  writeFileSync(place('assets/package/icon.icns'), icns(mac))
  writeFileSync(place('electron/desktop/tray-pictures.ts'), await trayPictures(page))
} finally {
  await browser.close()
}

/** As a module: the tray needs them before any file is looked for, and in a package there is no folder of files. */
async function trayPictures(page: Page): Promise<string> {
  const url = async (svg: string, size: number) =>
    `data:image/png;base64,${Buffer.from((await draw(page, svg, size)).png).toString('base64')}`
  const rows: string[] = []
  for (const state of trayStates) {
    const colour = [await url(trayDrawing(state), 16), await url(trayDrawing(state), 32)]
    const template = [await url(templateDrawing(state), 16), await url(templateDrawing(state), 32)]
    rows.push(`  ${state}: { colour: ${JSON.stringify(colour)}, template: ${JSON.stringify(template)} },`)
  }
  return `// Drawn by "npm run icons"; do not edit.

type TrayState = ${trayStates.map((state) => `'${state}'`).join(' | ')}

/** PNGs of 16 and 32 pixels, as addresses: \`template\` is for the menu bar of macOS. */
const trayPictures: Readonly<
  Record<TrayState, { readonly colour: readonly [string, string]; readonly template: readonly [string, string] }>
> = {
${rows.join('\n')}
}
`
}
