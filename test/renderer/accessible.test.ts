import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { compact, wide } from '../support/chromium.ts'
import { windows } from '../support/window.ts'
import { scenes } from '../support/window-scenes.ts'

const open = windows()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

for (const [name, size] of Object.entries({ compact, wide }))
  for (const theme of ['light', 'dark'] as const)
    for (const scene of scenes)
      test(`${scene.name}, ${name}, ${theme}: nothing to complain of`, () =>
        open(
          async ({ page, phone }) => {
            await scene.act?.(page, phone)
            await page.waitForTimeout(80)
            // The page's policy forbids injected scripts; the debugger's own world may run one.
            await page.evaluate(axe)
            const found = (await page.evaluate(`axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            }).then(({ violations }) => violations)`)) as Violation[]
            const told = found.map(
              ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 300)} ${nodes[0]?.failureSummary}`,
            )
            assert.deepEqual(told, [])
          },
          { size, theme, prepare: scene.prepare },
        ))
