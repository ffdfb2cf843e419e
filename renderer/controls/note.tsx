import type { ComponentType, ReactNode } from 'react'
import type { IconProps } from './button.tsx'
import classes from './note.module.css'

/** One thing worth knowing, where it matters; `actions` stand at its end. */
export function Note({
  tone,
  icon: Icon,
  children,
  actions,
  className = '',
  test,
}: {
  tone: 'stop' | 'hold' | 'line' | 'go'
  icon: ComponentType<IconProps>
  children: ReactNode
  actions?: ReactNode
  className?: string
  test?: string
}) {
  return (
    <div
      className={`${classes['note']} ${classes[tone]} ${className}`}
      {...(test !== undefined && { 'data-test': test })}
    >
      <Icon size={18} />
      <div className={classes['text']}>{children}</div>
      {actions}
    </div>
  )
}
