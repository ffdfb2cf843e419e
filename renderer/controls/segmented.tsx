import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './segmented.module.css'

/** A few choices, one of them on; arrow keys choose. */
export function Segmented<Value extends string>({
  label,
  value,
  choices,
  onChange,
  small = false,
}: {
  label: string
  value: Value
  choices: readonly { readonly value: Value; readonly label: ReactNode }[]
  onChange: (value: Value) => void
  small?: boolean
}) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      data={choices.map(({ value, label }) => ({ value, label }))}
      onChange={(chosen) => onChange(chosen as Value)}
      withItemsBorders={false}
      transitionDuration={0}
      data-small={small || undefined}
      classNames={{
        root: classes['root'] ?? '',
        indicator: classes['indicator'] ?? '',
        control: classes['control'] ?? '',
        label: classes['label'] ?? '',
      }}
    />
  )
}
