/** An account's choice between the global one and its own (X-Lite's Default/Always/Never). */
export type Tri = 'default' | 'always' | 'never'

/** The global choice behind an account's `default`. */
export type GlobalChoice = 'auto' | 'always' | 'never'

/** Whether to do it: the account decides, else the global setting, else what the situation suggests. */
export function resolveTri(account: Tri, global: GlobalChoice, automatic: boolean): boolean {
  const decisive = account === 'default' ? global : account
  return decisive === 'auto' ? automatic : decisive === 'always'
}
