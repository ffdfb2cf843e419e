import { UnstyledButton } from '@mantine/core'
import type { ComponentType, ReactNode } from 'react'
import type { IconProps } from '../controls/button.tsx'
import classes from './incoming.module.css'

/** Shape, place, icon and word tell Answer from Decline; colour is the fifth sign. */
export function BigKey({
  kind,
  icon: Icon,
  children,
  onClick,
}: {
  kind: 'answer' | 'decline'
  icon: ComponentType<IconProps>
  children: ReactNode
  onClick: () => void
}) {
  return (
    <UnstyledButton className={`${classes['bigKey']} ${classes[kind]}`} data-test={kind} onClick={onClick}>
      <Icon size={24} />
      <span>{children}</span>
    </UnstyledButton>
  )
}
