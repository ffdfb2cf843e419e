import { useMediaQuery } from '@mantine/hooks'

/** Two panes beside a rail, from 720 px on. */
export function useWide(): boolean {
  return useMediaQuery('(min-width: 720px)', undefined, { getInitialValueInEffect: false }) ?? false
}
