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

  /**
   * To the call log and back, twice. React keeps the last picture of what it has drawn, and with it what calls were
   * known then: after this it is that of the idle screen, whatever came before.
   */
  async lookAround(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) {
      await this.#screen.log()
      await this.#screen.press('tab-phone')
      await this.#screen.part('idle').waitFor()
    }
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
