import { spawn } from 'node:child_process'
import { app } from 'electron'

/** Starts this program once more, with the profile after ours: another phone, with data of its own. */
export function startAnotherPhone(profile: string, onFailed: (error: Error) => void): void {
  const [program = process.execPath, ...own] = app.isPackaged ? [process.execPath] : process.argv.slice(0, 2)
  const child = spawn(program, [...own, '--profile', nextProfile(profile)], { detached: true, stdio: 'ignore' })
  child.on('error', onFailed)
  child.unref()
}

/** `default`, `phone 2`, `phone 3` ... The one that runs already comes to the front instead. */
function nextProfile(profile: string): string {
  const number = Number(/^phone (\d+)$/.exec(profile)?.[1] ?? 1)
  return `phone ${number + 1}`
}
