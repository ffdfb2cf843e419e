import { createRequire } from 'node:module'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { compact, wide } from '../support/chromium.ts'
import { windows } from '../support/window.ts'
import { scenes } from '../support/window-scenes.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** What axe complains of in the page as it is, once its colours have stopped changing. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(
    'for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime !== Infinity) one.finish()',
  )
  const found = (await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  }).then(({ violations }) => violations)`)) as Violation[]
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 300)} ${nodes[0]?.failureSummary}`)
}

// As a script of the page's own origin, which its policy allows, it is compiled once for all scenes.
const open = windows(new Map([['/axe.js', axe]]))

for (const scene of scenes)
  test(`${scene.name}, compact in light and wide in dark: nothing to complain of`, () =>
    open(
      async ({ page, phone }) => {
        await scene.act?.(page, phone)
        await page.addScriptTag({ url: '/axe.js' })
        // What is drawn depends on the size, its colours on the theme: two looks see all of both.
        for (const [size, theme] of [
          [compact, 'light'],
          [wide, 'dark'],
        ] as const) {
          await page.setViewportSize(size)
          await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
          await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor()
          assert.deepEqual(await complaints(page), [], `${size.width} wide, ${theme}`)
        }
      },
      { theme: 'auto', prepare: scene.prepare },
    ))
