import { flushSync } from 'react-dom'
import { create } from 'zustand'
import type { Page } from '../settings/phone-fields.ts'

export type Tab = 'phone' | 'calls' | 'contacts' | 'messages' | 'trace'

/** A page of the settings; `account:new` is one that is not there yet. */
export type SettingsPlace = Page | `account:${string}`

/** Where the user is. */
export interface Navigation {
  readonly tab: Tab
  readonly settingsOpen: boolean
  /** In a narrow window absent while the list of pages is shown. */
  readonly settingsPage: SettingsPlace | undefined
  /** The path of the setting to go to. */
  readonly settingsField: string | undefined
  /** The dial field is shown although there are calls. */
  readonly dialling: boolean
  readonly echoTest: boolean
  /** The assistant is open. */
  readonly firstRun: boolean
  readonly dialText: string
  /** Dialled with the keys on screen: these stay then. */
  readonly byPad: boolean
  /** Of several calls that talk, as in a conference, the one that controls act on: its callId. */
  readonly chosenLine: string | undefined
  /** The keypad of the running call is open. */
  readonly keypad: boolean
  readonly qualityOpen: boolean
  /** The entry of the call log that is open. */
  readonly openEntry: number | undefined
}

export const useNavigation = create<Navigation>()(() => ({
  tab: 'phone',
  settingsOpen: false,
  settingsPage: undefined,
  settingsField: undefined,
  dialling: false,
  echoTest: false,
  firstRun: false,
  dialText: '',
  byPad: false,
  chosenLine: undefined,
  keypad: false,
  qualityOpen: false,
  openEntry: undefined,
}))

/** Whoever goes to a tab leaves the settings. */
export function show(change: Partial<Navigation>): void {
  useNavigation.setState(change.tab === undefined ? change : { settingsOpen: false, ...change })
}

/** Goes there and puts the focus on it in the same moment: the next key typed must not meet the screen before. */
export function goTo(change: Partial<Navigation>, focus: () => void): void {
  flushSync(() => show(change))
  focus()
}

/** Fills the dial field and goes there; does not call. */
export function fillDialField(text: string): void {
  goTo({ tab: 'phone', dialling: true, echoTest: false, dialText: text, byPad: false }, focusDialField)
}

export function focusDialField(): void {
  const field = document.querySelector<HTMLInputElement>('[data-dial-field]')
  field?.focus()
  field?.setSelectionRange(field.value.length, field.value.length)
}

export function focusSearchField(): void {
  document.querySelector<HTMLInputElement>('[data-search-field]')?.focus()
}
