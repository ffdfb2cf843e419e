const key = 'dialtone-first-run'

/** Whether the assistant was seen, or waved away, on this computer. */
export function sawFirstRun(): boolean {
  return localStorage.getItem(key) !== null
}

export function rememberFirstRun(): void {
  localStorage.setItem(key, 'seen')
}
