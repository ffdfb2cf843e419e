import { app } from 'electron'

export interface LoginStart {
  /** The arguments that make it this phone: profile or folder. */
  readonly args: readonly string[]
  /** Writes the file that Linux desktops read at login; undefined removes it. */
  readonly saveAutostart: (entry: string | undefined) => void
}

/** Whether the phone starts, out of sight, when its user logs in. A checkout does not: it would start bare Electron. */
export function startAtLogin(on: boolean, { args, saveAutostart }: LoginStart): void {
  if (!app.isPackaged) return
  const all = [...args, '--hidden']
  if (process.platform !== 'linux') return app.setLoginItemSettings({ openAtLogin: on, args: all })
  // An AppImage runs from a place that is gone when it ends.
  const program = process.env['APPIMAGE'] ?? process.execPath
  saveAutostart(on ? autostartEntry([program, ...all]) : undefined)
}

/** Desktop Application Autostart Specification: a desktop entry. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Dialtone',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/** Desktop Entry Specification, "The Exec key": quoted once for the argument, and its backslashes for the file. */
function quoted(argument: string): string {
  const inner = argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${inner.replaceAll('\\', '\\\\')}"`
}
