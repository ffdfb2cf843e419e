import { useEffect } from 'react'
import { answer, decline, dial, hangUp, swapTo, toggleHold, toggleMute } from '../state/commands.ts'
import { phone } from '../state/connection.ts'
import { useContacts } from '../state/contacts.ts'
import { canBeHeld, linesOf } from '../state/lines.ts'
import { focusDialField, focusSearchField, goTo, show, useNavigation } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { choose, keyOf } from '../trace/state.ts'
import { beginTransfer } from '../state/transfer.ts'
import { closeTopmost } from './escape.ts'
import { moveToNextPane } from './panes.ts'

type Shortcut = 'dial' | 'answer' | 'hangUp' | 'mute' | 'hold' | 'transfer' | 'swap' | 'search' | 'settings' | 'trace'

interface Stroke {
  readonly code: string
  readonly ctrl?: boolean
  readonly alt?: boolean
  readonly shift?: boolean
  readonly shown: string
}

const ctrl = (code: string, key: string): Stroke => ({ code, ctrl: true, shown: `Ctrl+${key}` })
const alt = (code: string, key: string): Stroke => ({ code, alt: true, shown: `Alt+${key}` })

/** The second stroke is for a browser window, where the first one belongs to the browser. */
const strokes: Readonly<Record<Shortcut, readonly [native: Stroke, browser: Stroke]>> = {
  dial: [ctrl('KeyL', 'L'), alt('KeyL', 'L')],
  answer: [ctrl('Enter', 'Enter'), ctrl('Enter', 'Enter')],
  hangUp: [
    { code: 'KeyH', ctrl: true, shift: true, shown: 'Ctrl+Shift+H' },
    { code: 'KeyH', alt: true, shift: true, shown: 'Alt+Shift+H' },
  ],
  mute: [ctrl('KeyM', 'M'), alt('KeyM', 'M')],
  hold: [ctrl('KeyH', 'H'), alt('KeyH', 'H')],
  transfer: [ctrl('KeyT', 'T'), alt('KeyT', 'T')],
  swap: [ctrl('Tab', 'Tab'), alt('KeyS', 'S')],
  search: [ctrl('KeyF', 'F'), ctrl('KeyF', 'F')],
  settings: [ctrl('Comma', ','), ctrl('Comma', ',')],
  trace: [ctrl('KeyJ', 'J'), alt('KeyJ', 'J')],
}

export const onMac = /Mac/.test(navigator.platform)

/** The keys to press in this window, for tooltips and caps. */
export function keysFor(shortcut: Shortcut): string {
  const { shown } = strokes[shortcut][phone().native ? 0 : 1]
  return onMac ? shown.replace('Ctrl', '\u2318').replace('Alt', '\u2325') : shown
}

/** Both sets work wherever they reach the page. */
function shortcutOf(event: KeyboardEvent): Shortcut | undefined {
  const control = onMac ? event.metaKey : event.ctrlKey
  return (Object.keys(strokes) as Shortcut[]).find((name) =>
    strokes[name].some(
      ({ code, ctrl = false, alt = false, shift = false }) =>
        event.code === code && control === ctrl && event.altKey === alt && event.shiftKey === shift,
    ),
  )
}

function act(shortcut: Shortcut): boolean {
  const { ringing, running, active } = linesOf(usePhone.getState().snapshot.calls, useNavigation.getState().chosenLine)
  switch (shortcut) {
    case 'dial':
      goTo({ tab: 'phone', dialling: true, echoTest: false, settingsOpen: false }, focusDialField)
      return true
    case 'answer':
      if (ringing[0] === undefined) return false
      answer(ringing[0])
      return true
    case 'hangUp':
      if (active !== undefined) void hangUp(active)
      return true
    case 'mute':
      if (active !== undefined) toggleMute(active)
      return true
    case 'hold':
      if (active !== undefined && canBeHeld(active)) toggleHold(active)
      return true
    case 'transfer':
      if (active?.state === 'confirmed') beginTransfer(active)
      return true
    case 'swap': {
      const held = running.find((call) => call.onHold.local && call !== active)
      if (held !== undefined) swapTo(held)
      return true
    }
    case 'search':
      if (useNavigation.getState().tab === 'trace') focusSearchField()
      else goTo({ tab: 'calls' }, focusSearchField)
      return true
    case 'trace':
      if (active !== undefined) choose(keyOf('live', active.sipCallId))
      show({ tab: 'trace' })
      return true
    case 'settings':
      show({ settingsOpen: !useNavigation.getState().settingsOpen })
      return true
  }
}

/** `Esc` closes the topmost thing, else declines while it rings; it never ends a call that talks. */
function escape(): void {
  // A menu closes by itself.
  if (document.querySelector('[role=menu]') !== null) return
  if (closeTopmost()) return
  const { ringing } = linesOf(usePhone.getState().snapshot.calls)
  if (ringing[0] !== undefined) decline(ringing[0])
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  if (event.key === 'Escape') return escape()
  if (event.key === 'F6') {
    moveToNextPane(event.shiftKey)
    event.preventDefault()
    return
  }
  if (speedDial(event)) {
    event.preventDefault()
    return
  }
  const shortcut = shortcutOf(event)
  if (shortcut !== undefined) {
    if (act(shortcut)) event.preventDefault()
    return
  }
  if (isTyping(event)) focusDialField()
}

/** `Ctrl+1` to `Ctrl+9`, in a browser `Alt`: whoever has that key in the address book is called. */
function speedDial({ code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  const key = /^Digit([1-9])$/.exec(code)?.[1]
  const control = onMac ? metaKey : ctrlKey
  if (key === undefined || shiftKey || control === altKey) return false
  const contact = useContacts.getState().contacts.find(({ speedDial }) => speedDial === Number(key))
  const target = contact?.addresses[0]?.target
  if (target === undefined) return false
  void dial(target)
  return true
}

/** Typing anywhere on the phone goes to the dial field. */
function isTyping(event: KeyboardEvent): boolean {
  const { tab, settingsOpen } = useNavigation.getState()
  if (tab !== 'phone' || settingsOpen || event.ctrlKey || event.metaKey || event.altKey) return false
  const target = event.target as HTMLElement
  if (target.closest('input, textarea, [role=listbox], [role=dialog], [data-takes-keys]') !== null) return false
  return [...event.key].length === 1 && event.key !== ' '
}

export function useShortcuts(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
