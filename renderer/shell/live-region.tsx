import { VisuallyHidden } from '@mantine/core'
import { useAnnouncements } from './announce.ts'

/** One region for screen readers; the timer of a call is no part of it. */
export function LiveRegion() {
  const { polite, assertive } = useAnnouncements()
  return (
    <VisuallyHidden>
      <div role="status" aria-live="polite" data-test="polite">
        {polite}
      </div>
      <div role="alert" aria-live="assertive" data-test="assertive">
        {assertive}
      </div>
    </VisuallyHidden>
  )
}
