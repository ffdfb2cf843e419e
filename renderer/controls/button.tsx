import { Tooltip, UnstyledButton } from '@mantine/core'
import type { ComponentType, ReactNode, Ref } from 'react'
import classes from './button.module.css'

export interface IconProps {
  readonly size?: number | string
}

interface ButtonProps {
  readonly icon?: ComponentType<IconProps>
  readonly iconSize?: number
  /** `bare` is a link that acts; `go` calls, `stop` ends, `primary` is the one thing to do here. */
  readonly kind?: 'plain' | 'bare' | 'primary' | 'go' | 'stop'
  readonly size?: 'small' | 'main' | 'medium' | 'call'
  readonly children: ReactNode
  readonly onClick: () => void
  readonly disabled?: boolean
  /** Why it is disabled, or what it does and by which keys. */
  readonly hint?: ReactNode
  readonly className?: string
  readonly label?: string
  readonly ref?: Ref<HTMLButtonElement>
  readonly test?: string
}

/** A button with a word. A disabled one stays reachable, so that its reason can be read. */
export function Button(props: ButtonProps) {
  const { icon: Icon, iconSize, kind = 'plain', size = 'main', children, onClick, disabled = false, hint } = props
  return (
    <Tooltip label={hint} disabled={hint === undefined}>
      <UnstyledButton
        {...(props.ref !== undefined && { ref: props.ref })}
        className={`${classes['button']} ${classes[kind]} ${classes[size]} ${props.className ?? ''}`}
        aria-disabled={disabled || undefined}
        {...(props.label !== undefined && { 'aria-label': props.label })}
        {...(props.test !== undefined && { 'data-test': props.test })}
        onClick={() => disabled || onClick()}
      >
        {Icon !== undefined && <Icon size={iconSize ?? (size === 'call' ? 20 : 16)} />}
        <span className={classes['label']}>{children}</span>
      </UnstyledButton>
    </Tooltip>
  )
}

interface IconButtonProps {
  readonly icon: ComponentType<IconProps>
  readonly iconSize?: number
  readonly label: string
  readonly keys?: string | undefined
  readonly onClick: () => void
  /** A switch: said as pressed or not. */
  readonly on?: boolean
  readonly className?: string
  readonly test?: string
}

/** An icon alone; its label is its name and its tooltip. */
export function IconButton({ icon: Icon, iconSize = 18, label, keys, onClick, on, className, test }: IconButtonProps) {
  return (
    <Tooltip label={keys === undefined ? label : `${label} \u00b7 ${keys}`}>
      <UnstyledButton
        className={`${classes['iconButton']} ${className ?? ''}`}
        aria-label={label}
        {...(on !== undefined && { 'aria-pressed': on })}
        {...(test !== undefined && { 'data-test': test })}
        onClick={onClick}
      >
        <Icon size={iconSize} />
      </UnstyledButton>
    </Tooltip>
  )
}
