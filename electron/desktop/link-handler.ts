import { app } from 'electron'

const schemes = ['sip', 'sips', 'tel', 'callto']

/** Makes this program the one that opens links to phones, or no longer. A checkout stays out of it. */
export function openLinks(on: boolean): void {
  if (!app.isPackaged) return
  for (const scheme of schemes) {
    if (on) app.setAsDefaultProtocolClient(scheme)
    // Where it never was ours it stays as it is.
    else if (app.isDefaultProtocolClient(scheme)) app.removeAsDefaultProtocolClient(scheme)
  }
}
