import type { Page } from 'playwright-core'
import type { Call } from '../../../electron/phone/shapes.ts'
import type { ScriptedPhone } from '../scripted-phone.ts'

/** One state of the window: what the phone says, and what somebody does until the screen looks like that. */
export interface Scene {
  readonly name: string
  prepare?(phone: ScriptedPhone): void
  act?(page: Page, phone: ScriptedPhone): Promise<void>
}

/** What is found by `data-test`. */
export const test = (name: string) => `[data-test="${name}"]`

export async function become(phone: ScriptedPhone, ...calls: Call[]): Promise<void> {
  phone.showCalls(...calls)
}
