const focusable = 'a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"])'

/** `F6`: to the next pane (elements with `data-pane`, in the order of the page), to its first control. */
export function moveToNextPane(backwards: boolean): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => pane.offsetParent !== null)
  if (panes.length === 0) return
  const here = panes.findIndex((pane) => pane.contains(document.activeElement))
  const step = backwards ? -1 : 1
  const next = panes[here < 0 ? 0 : (here + step + panes.length) % panes.length]
  const target = [...(next?.querySelectorAll<HTMLElement>(focusable) ?? [])].find((one) => one.offsetParent !== null)
  ;(target ?? next)?.focus()
}
