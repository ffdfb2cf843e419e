/** Which packets of a stream were accepted (RFC 3711 3.3.2): each index once, none that is older than the window. */

/** More than two seconds at 100 packets a second; the least that is allowed is 64. */
const SIZE = 256

export class ReplayWindow {
  /** The highest index accepted, -1 before the first. */
  highest: number
  readonly #seen = new Uint8Array(SIZE)

  /** `highest`: of a stream that another process received; all up to it counts as seen. */
  constructor(highest = -1) {
    this.highest = highest
    this.#seen.fill(1)
  }

  isNew(index: number): boolean {
    return index > this.highest || (index > this.highest - SIZE && this.#seen[index % SIZE] === 0)
  }

  accept(index: number): void {
    // Before the first there was nothing that could have been seen: what is late then is new.
    const from = this.highest < 0 ? index - SIZE + 1 : Math.max(this.highest + 1, index - SIZE + 1)
    for (let at = Math.max(0, from); at < index; at++) this.#seen[at % SIZE] = 0
    this.highest = Math.max(this.highest, index)
    this.#seen[index % SIZE] = 1
  }
}
