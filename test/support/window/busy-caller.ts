import type { Page } from 'playwright-core'
import type { PlainAnswerer } from '../peers/plain-answerer.ts'
import { until } from '../until.ts'
import { PhoneScreen } from './phone-screen.ts'

/** Somebody who calls and hangs up, again and again, by nothing but clicks and keys. */
export class BusyCaller {
  readonly #page: Page
  readonly #screen: PhoneScreen
  readonly #answerer: PlainAnswerer

  constructor(page: Page, answerer: PlainAnswerer) {
    this.#page = page
    this.#screen = new PhoneScreen(page)
    this.#answerer = answerer
  }

  /** One call; `talking` runs while it stands. */
  async call(talking: () => Promise<void> = async () => {}): Promise<void> {
    const { ended } = this.#answerer
    await this.#page.getByRole('combobox').fill(this.#answerer.target)
    await this.#screen.press('call')
    await this.#screen.answered()
    await talking()
    await this.#screen.press('hang-up')
    await until('BYE', () => this.#answerer.ended > ended)
    await this.#screen.part('ended').waitFor()
    await this.#page.keyboard.press('Escape')
    await this.#screen.part('idle').waitFor()
  }
}
