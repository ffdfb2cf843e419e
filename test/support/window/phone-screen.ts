import type { Locator, Page } from 'playwright-core'

/** What a person does at the window, and sees there. */
export class PhoneScreen {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Something on the screen, by the name that the renderer gives it for tests. */
  part(name: string): Locator {
    return this.#page.locator(`[data-test="${name}"]`)
  }

  /** Where this phone can be called, as it is shown. */
  async ownAddress(): Promise<string> {
    return `sip:dialtone@${await this.part('own-address').innerText()}`
  }

  /** Types a target and presses Enter. */
  async dial(target: string): Promise<void> {
    const field = this.#page.getByRole('combobox')
    await field.fill(target)
    await field.press('Enter')
  }

  async press(name: string): Promise<void> {
    await this.part(name).click()
  }

  /** Until both talk, or for that matter have each other on hold. */
  async answered(): Promise<void> {
    await this.part('timer').first().waitFor()
  }

  /** Until the call's line says so. */
  async lineSays(text: string): Promise<void> {
    await this.part('line-state').getByText(text).waitFor()
  }

  /** Digits by the keypad of the call. */
  async pressDigits(digits: string): Promise<void> {
    await this.press('keypad')
    const pad = this.part('call-keypad')
    for (const digit of digits) await pad.getByRole('button', { name: digit, exact: true }).click()
    await this.part('sent-digits').getByText(digits).waitFor()
    await this.press('close-keypad')
  }

  /** The call log, newest first, each row as it is read. */
  async log(): Promise<string[]> {
    await this.press('tab-calls')
    await this.part('log-row').first().waitFor()
    return this.part('log-row').allInnerTexts()
  }
}
