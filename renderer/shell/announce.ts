import { create } from 'zustand'

/** What a screen reader says next: call states and failures politely, ringing at once. */
export const useAnnouncements = create<{ readonly polite: string; readonly assertive: string }>()(() => ({
  polite: '',
  assertive: '',
}))

export function announce(text: string): void {
  useAnnouncements.setState({ polite: text })
}

export function announceNow(text: string): void {
  useAnnouncements.setState({ assertive: text })
}
