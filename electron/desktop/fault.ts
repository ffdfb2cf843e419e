import { app, dialog } from 'electron'

/** Ends the process with a word about why: for the terminal, and in a box for those who have none. */
export function endWithFault(text: string, exitCode: number): void {
  process.stderr.write(`${text}\n`)
  if (app.isPackaged) dialog.showErrorBox('Dialtone', text)
  app.exit(exitCode)
}

export function endProcess(): void {
  app.exit(0)
}
