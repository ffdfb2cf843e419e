import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The file that opens the page: local, readable by its owner alone, it leads a browser to an address with a ticket. So
 * the ticket is on no command line, where every user of the machine could read it.
 */
export class OpenFile {
  readonly path: string
  readonly #folder: string
  /** One after another: two writers of the same name would spoil it. */
  #last: Promise<void> = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
    this.path = join(folder, 'open.html')
  }

  /** Replaces the file whole. Rejects when it cannot be written. */
  write(address: string): Promise<void> {
    return (this.#last = this.#last.catch(() => {}).then(() => this.#write(address)))
  }

  async remove(): Promise<void> {
    await this.#last.catch(() => {})
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #write(address: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    // It may have been there, with other rights.
    await chmod(this.#folder, 0o700)
    const unfinished = `${this.path}.new`
    await rm(unfinished, { force: true })
    await writeFile(unfinished, redirect(address), { mode: 0o600, flag: 'wx' })
    await rename(unfinished, this.path)
  }
}

/** `address` is made of our own characters only. */
function redirect(address: string): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="referrer" content="no-referrer" />
  <meta name="color-scheme" content="light dark" />
  <title>Dialtone</title>
  <script>location.replace(${JSON.stringify(address)})</script>
  <noscript><a href="${address}">Dialtone</a></noscript>
</html>
`
}
