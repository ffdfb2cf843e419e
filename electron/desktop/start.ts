import { app } from 'electron'
import { lockDown } from './lock-down.ts'
import { beOnlyInstance, type OnCalled } from './single-instance.ts'
import { findLink } from './sip-links.ts'

interface DesktopStart {
  /** Chromium's own files; also what makes two starts the same phone. */
  readonly userData: string
  /** The arguments that are no options. */
  readonly rest: readonly string[]
  /** Opens the phone; whatever calls it later, or called it before it was there, is told to the returned function. */
  readonly run: () => Promise<OnCalled>
  readonly onFault: (thrown: unknown) => void
}

/** Brings Electron up, once a profile, with nothing allowed that a phone does not need. */
export function startDesktop({ userData, rest, run, onFault }: DesktopStart): void {
  app.setName('Dialtone')
  app.setPath('userData', userData)
  lockDown()
  let called: string | undefined = findLink(rest)
  let onCalled: OnCalled = (link) => {
    called = link ?? called
  }
  if (!beOnlyInstance((link) => onCalled(link))) {
    app.exit(0)
    return
  }
  void app
    .whenReady()
    .then(run)
    .then((opened) => {
      onCalled = opened
      if (called !== undefined) opened(called)
    })
    .catch(onFault)
}
