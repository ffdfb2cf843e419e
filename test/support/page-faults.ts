import type { Page } from 'playwright-core'

/** What the page throws or complains of from now on, but for complaints that are expected. */
export function faultsOf(page: Page, expected?: RegExp): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && expected?.test(message.text()) !== true) faults.push(message.text())
  })
  return faults
}
