import { EventEmitter } from 'node:events'

type DecideRequest = (details: { url: string }, decide: (answer: { cancel?: boolean }) => void) => void

/** Permissions are never granted here, whatever the application says; requests are asked about as it says. */
export class Session extends EventEmitter {
  #filters: RegExp[] = []
  #decide: DecideRequest | undefined

  readonly webRequest = {
    onBeforeRequest: ({ urls }: { urls: readonly string[] }, decide: DecideRequest) => {
      this.#filters = urls.map((pattern) => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`))
      this.#decide = decide
    },
  }

  setPermissionRequestHandler(): void {}
  setPermissionCheckHandler(): void {}
  setDevicePermissionHandler(): void {}

  /** Whether a page may load this. */
  allows(url: string): Promise<boolean> {
    const decide = this.#decide
    if (decide === undefined || !this.#filters.some((filter) => filter.test(url))) return Promise.resolve(true)
    return new Promise((resolve) => decide({ url }, ({ cancel }) => resolve(cancel !== true)))
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
