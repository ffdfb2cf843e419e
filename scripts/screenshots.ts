import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { mergeSettings, type Settings } from '../electron/phone/settings.ts'
import { buildRenderer } from '../test/support/renderer-build.ts'
import { compact, launchChromium, wide } from '../test/support/chromium.ts'
import { ScriptedPhone } from '../test/support/scripted-phone.ts'
import { scenes } from '../test/support/window-scenes.ts'

/**
 * Every screen of the window in light and dark, in three languages, compact and wide, into out/screenshots with an
 * index. Words on the command line choose: `en dark compact incoming`.
 */
const folder = resolve(import.meta.dirname, '../out/screenshots')
const wanted = process.argv.slice(2)
const sizes = { compact: { size: compact, scale: 2 }, wide: { size: wide, scale: 1 } } as const
const themes = ['light', 'dark'] as const
const languages = ['en', 'zh-TW', 'zh-CN'] as const satisfies readonly Settings['ui']['language'][]

const among = <Value extends string>(all: readonly Value[]): readonly Value[] => {
  const chosen = all.filter((one) => wanted.includes(one))
  return chosen.length > 0 ? chosen : all
}
const chosenScenes = among(scenes.map(({ name }) => name))

if (wanted.length === 0) rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const renderer = await buildRenderer()
const browser = await launchChromium()
const jobs = among(['compact', 'wide'] as const).flatMap((size) =>
  among(themes).flatMap((theme) =>
    among(languages).flatMap((language) =>
      scenes
        .filter(({ name }) => chosenScenes.includes(name))
        .map((scene) => ({ size, theme, language, scene, file: `${scene.name}-${size}-${theme}-${language}.png` })),
    ),
  ),
)
const files = jobs.map(({ file }) => file)

async function picture({ size, theme, language, scene, file }: (typeof jobs)[number]): Promise<void> {
  const phone = new ScriptedPhone(renderer.folder)
  phone.settings = mergeSettings(phone.settings, { ui: { language, theme } })
  scene.prepare?.(phone)
  await phone.start()
  const page = await browser.newPage({
    viewport: sizes[size].size,
    deviceScaleFactor: sizes[size].scale,
    colorScheme: theme,
    reducedMotion: 'reduce',
  })
  page.on('pageerror', (error) => console.error(`${scene.name}: ${error.message}`))
  await page.goto(phone.url)
  await page.waitForSelector('[data-test="own-address"], [data-test="do-not-disturb"]')
  await page.waitForTimeout(80)
  await scene.act?.(page, phone)
  await page.waitForTimeout(120)
  await page.screenshot({ path: join(folder, file) })
  await page.close()
  await phone.close()
}

/** Most of the time is waiting, so a few windows are open at once. */
const atOnce = 4

try {
  const waiting = [...jobs]
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await picture(job)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
} finally {
  await browser.close()
  renderer.remove()
}
const figures = files.map(
  (file) => `<figure><img src="${file}" loading="lazy"><figcaption>${file.replace('.png', '')}</figcaption></figure>`,
)
const style =
  'body{font:14px sans-serif;background:#cfcbc2;display:flex;flex-wrap:wrap;gap:20px;padding:20px}figure{margin:0}img{max-width:480px;max-height:640px;border-radius:8px}'
writeFileSync(
  join(folder, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Dialtone</title><style>${style}</style>${figures.join('\n')}\n`,
)
console.log(`${files.length} pictures in out/screenshots`)
