import type { Call } from '../../electron/ipc/contract.ts'
import { useNow } from '../shell/use-now.ts'
import { clockText } from '../text/duration.ts'

/** How long a call has been answered; it runs only while it is shown, and is not read aloud by itself. */
export function CallTimer({ call, className = '' }: { call: Call; className?: string }) {
  const now = useNow(call.answeredAt !== undefined)
  if (call.answeredAt === undefined) return null
  return (
    <span className={className} role="timer" aria-live="off" data-test="timer">
      {clockText(now - Date.parse(call.answeredAt))}
    </span>
  )
}
