import { app, nativeImage } from 'electron'
import type { BrowserWindow } from 'electron'
import { trayPictures } from './tray-pictures.ts'

/** How many calls were missed, at the program's icon: dock, launcher, or a dot in the task bar of Windows. */
export function showBadge(window: BrowserWindow, missed: number, description: string): void {
  if (process.platform !== 'win32') {
    app.setBadgeCount(missed)
    return
  }
  const dot = missed === 0 ? null : nativeImage.createFromDataURL(trayPictures.missed.colour[0])
  window.setOverlayIcon(dot, missed === 0 ? '' : description)
}
