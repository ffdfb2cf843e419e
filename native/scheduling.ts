import { constants, setPriority } from 'node:os'

/**
 * Asks the system to let this process, which must not be late, go before others that can wait: what an audio program
 * gets without asking on macOS, may have on Windows, and on Linux where the user's limits (RLIMIT_NICE) allow it.
 * Threads begun before the call keep their priority; a refusal changes nothing.
 */
export function goFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH)
  } catch {
    // Not allowed: then as everybody else.
  }
}
