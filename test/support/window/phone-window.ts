import type { Page } from 'playwright-core'
import type { Scope } from '../scope.ts'

/** A window of the phone, whatever shows it. */
export interface PhoneWindow {
  readonly page: Page
  /** What went wrong in the page: errors, refused resources, broken rules of its policy. */
  readonly faults: readonly string[]
  /** As a person quits; resolves when every process is gone, with the exit code. */
  quit(): Promise<number | null>
}

export interface WindowOptions {
  /** The profile's data: the same for a restart. */
  readonly data: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A way to show the window. */
export interface WindowHost {
  readonly name: string
  /** For the `skip` of a test. */
  readonly missing: string | false
  open(scope: Scope, options: WindowOptions): Promise<PhoneWindow>
}

/** On loopback and any free ports, so that phones side by side do not meet. */
export const quietly = ['--listen', '127.0.0.1', '--sip-port', '0']
