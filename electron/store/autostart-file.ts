import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where Linux desktops look at login (Desktop Application Autostart Specification), one file a phone. */
export function autostartPath(
  phone: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  const xdg = env['XDG_CONFIG_HOME']
  const name = phone.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-').slice(0, 64)
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.config'), 'autostart', `dialtone-${name}.desktop`)
}

/** Undefined removes it. Throws what the file system says. */
export function saveAutostart(path: string, entry: string | undefined): void {
  if (entry === undefined) return rmSync(path, { force: true })
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, entry)
}
