import type { RtpDatagram } from '../dissect/rtp-streams.ts'
import type { RunPatterns } from '../dissect/search.ts'
import type { Readable, Writable } from 'node:stream'
import type { AccountSettings } from '../phone/account.ts'
import type { PhoneError } from '../phone/phone-error.ts'
import type { AudioDevice, PinnedCertificate, UserAgent } from '../phone/ports.ts'
import type { Settings } from '../phone/settings.ts'
import type { Phone } from '../phone/phone.ts'
import type { Machine } from '../ipc/serve/app-window.ts'
import type { TraceMessage } from '../phone/trace-message.ts'
import type { Command } from './parse.ts'

/** What the commands need of the world; the composition root brings it, tests bring another. */
export interface World {
  readonly version: string
  readonly terminal: Terminal
  readonly life: Lifetime
  /** Rejects with a PhoneError. `throwAway` without a profile or folder: a folder that is removed at the end. */
  openPhone(
    command: Command,
    options: { readonly throwAway: boolean; readonly write: (line: string) => void },
  ): Promise<Phone>
  /** Rejects with a PhoneError `invalid-params` that says what is wrong with a WAV file that is to be played. */
  checkWav(path: string): Promise<void>
  /** The same of a WAV file that is to be written; one that is there keeps what is in it. */
  checkRecording(path: string): Promise<void>
  readonly checks: Checks
  readonly page: PageWorld
  readonly captures: Captures
}

/** What `serve` needs beside the phone. */
interface PageWorld {
  /** The folder of the built page. Building it, where that is needed, takes a while. Rejects with a PhoneError. */
  folder(tell: (line: string) => void): Promise<string>
  readonly machine: Machine
}

/** Captures of others. */
interface Captures {
  /** Rejects with a PatternTimeout. */
  readonly runPatterns: RunPatterns
  /** Rejects with a PhoneError when the file cannot be read or is no capture. */
  read(path: string): Promise<{
    readonly messages: readonly TraceMessage[]
    readonly packets: number
    readonly rtp: readonly RtpDatagram[]
    /** Why a part of the file is not shown. */
    readonly problem?: string
  }>
}

/** An account that `doctor` tries out. */
export interface StoredAccountCheck {
  readonly account: AccountSettings
  readonly password: string | undefined
  readonly instanceId: string
}

/** What `doctor` looks at. */
interface Checks {
  readonly nodeVersion: string
  /** The folder that the command would use, made if need be, and what is in it. Throws a PhoneError. */
  dataFolder(command: Command): {
    readonly folder: string
    readonly storedSettings: unknown
    readonly accounts: readonly StoredAccountCheck[]
    /** Certificates that were accepted for good. */
    readonly pinned: readonly PinnedCertificate[]
    /** Another process has the folder: it was only looked into. */
    readonly held?: PhoneError
  }
  /** A user agent on any free port, which takes no calls. Rejects with a UserAgentError. */
  startUserAgent(settings: Settings, pinned: readonly PinnedCertificate[]): Promise<UserAgent>
  /** Rejects when the work takes too long. */
  atMost<T>(work: Promise<T>): Promise<T>
  /** Rejects when the sound system does not answer. */
  devices(): Promise<readonly AudioDevice[]>
  /** Whether the package that speaks to the sound card is installed. */
  soundPackage(): boolean
  /** Why there is no Opus here; undefined: there is. */
  opus(): Promise<string | undefined>
}

export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  /** A line on stdout. */
  out(line: string): void
  /** A line on stderr. */
  err(line: string): void
  /** Whether somebody reads stderr as it comes. */
  readonly watched: boolean
}

export type StopReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'parent-gone'

/** When to end. */
export interface Lifetime {
  /** Resolves once, with the first reason to end. */
  readonly stopped: Promise<StopReason>
}
