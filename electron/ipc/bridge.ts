import type { Answer } from './json-rpc.ts'

/**
 * What the preload script shows to the page as `window.phone`: the contract, with no logic of its own. Answers travel
 * as the objects of JSON-RPC, because an error that crosses Electron's bridge keeps nothing but its message.
 */
export interface Bridge {
  /** Never rejects for what the phone answers; `params` are the method's, by name. */
  request(method: string, params?: unknown): Promise<Answer>
  /** Every notification of the contract, in order, from now until the returned function is called. */
  onNotification(callback: (name: string, content: unknown) => void): () => void
}
