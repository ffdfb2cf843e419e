import { Switch } from '@mantine/core'
import { ArrowDown, ArrowUp, CircleAlert, Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../controls/button.tsx'
import { Segmented } from '../controls/segmented.tsx'
import type { Field, Value } from './field.ts'
import type { Fault } from './validate.ts'
import { useFieldTexts } from './use-field-texts.ts'
import { Choice } from './choice.tsx'
import classes from './settings.module.css'

interface FieldRowProps {
  readonly field: Field
  readonly value: Value
  readonly fault: Fault | undefined
  /** Said below the control in place of the help. */
  readonly note?: ReactNode
  readonly placeholder?: string | undefined
  /** A password is kept that is not shown. */
  readonly stored?: boolean
  readonly onChange: (value: Value) => void
  /** The field is left, or Enter pressed in it. */
  readonly onDone?: (() => void) | undefined
}

/** One setting: its name, its control, and below it what it means or what is wrong with it. */
export function FieldRow(props: FieldRowProps) {
  const { field, value, fault, note, onChange } = props
  const { t } = useTranslation()
  const { labelOf, helpOf, nameOf } = useFieldTexts()
  const id = useId()
  const { kind } = field
  const label = labelOf(field)
  const help = helpOf(field)
  const words =
    fault === undefined
      ? (note ?? help)
      : t(`invalid.${fault}`, 'least' in kind ? { least: kind.least, most: kind.most } : {})
  const described = words === '' ? undefined : `${id}-help`
  const choices = kind.type === 'choice' ? kind.values.map((one) => ({ value: one, label: nameOf(field, one) })) : []
  // The words of some choices are too long to stand side by side.
  const short = choices.length <= 4 && choices.every(({ label }) => width(label) <= 10)
  if (kind.type === 'choice' && !short) {
    return (
      <div data-field={field.path}>
        <Choice
          label={label}
          value={String(value)}
          options={choices}
          help={typeof words === 'string' ? words : undefined}
          onChange={onChange}
        />
      </div>
    )
  }
  return (
    <div className={classes['field']} data-field={field.path} data-fault={fault} data-kind={kind.type}>
      {kind.type === 'choice' || kind.type === 'codecs' ? (
        <span className={classes['label']}>{label}</span>
      ) : (
        <label className={classes['label']} htmlFor={id}>
          {label}
        </label>
      )}
      <div className={classes['control']}>
        {kind.type === 'yesNo' ? (
          <div className={classes['switch']}>
            <Switch
              id={id}
              checked={value === true}
              {...(described !== undefined && { 'aria-describedby': described })}
              onChange={({ currentTarget }) => onChange(currentTarget.checked)}
            />
          </div>
        ) : kind.type === 'choice' ? (
          <Segmented label={label} value={String(value)} choices={choices} onChange={onChange} />
        ) : kind.type === 'codecs' ? (
          <Codecs label={label} chosen={value as readonly string[]} onChange={onChange} />
        ) : kind.type === 'password' ? (
          <Password {...props} id={id} described={described} />
        ) : (
          <TextControl {...props} id={id} described={described} />
        )}
        {words !== '' && (
          <p id={`${id}-help`} className={classes['help']} data-bad={fault !== undefined || undefined}>
            {fault !== undefined && <CircleAlert size={14} />}
            <span>{words}</span>
          </p>
        )}
      </div>
    </div>
  )
}

function TextControl({
  field,
  value,
  fault,
  placeholder,
  onChange,
  onDone,
  id,
  described,
  type = 'text',
}: FieldRowProps & { id: string; described: string | undefined; type?: 'text' | 'password' }) {
  const number = field.kind.type === 'whole'
  return (
    <input
      id={id}
      type={type}
      className={classes['input']}
      data-mono={field.mono || undefined}
      data-number={number || undefined}
      data-bad={fault !== undefined || undefined}
      aria-invalid={fault !== undefined || undefined}
      {...(described !== undefined && { 'aria-describedby': described })}
      {...(number && { inputMode: 'numeric' })}
      placeholder={placeholder ?? field.placeholder}
      autoComplete={type === 'password' ? 'new-password' : 'off'}
      autoCapitalize="off"
      spellCheck={false}
      maxLength={1024}
      value={String(value)}
      onChange={({ target }) => onChange(target.value)}
      onBlur={onDone}
      onKeyDown={({ key, nativeEvent }) => {
        if (key === 'Enter' && !nativeEvent.isComposing) onDone?.()
      }}
    />
  )
}

/** Seen only while it is typed anew; one that is kept is dots with a way to replace it. */
function Password(props: FieldRowProps & { id: string; described: string | undefined }) {
  const { t } = useTranslation()
  const [visible, setVisible] = useState(false)
  const [replacing, setReplacing] = useState(false)
  if (props.stored === true && props.value === '' && !replacing) {
    return (
      <div className={classes['stored']}>
        <input
          id={props.id}
          className={classes['input']}
          type="password"
          data-bad={props.fault !== undefined || undefined}
          readOnly
          value="password"
          aria-label={t('account.passwordKept')}
          {...(props.described !== undefined && { 'aria-describedby': props.described })}
        />
        <Button onClick={() => setReplacing(true)} test="replace-password">
          {t('account.replacePassword')}
        </Button>
      </div>
    )
  }
  return (
    <div className={classes['password']}>
      <TextControl {...props} type={visible ? 'text' : 'password'} />
      <IconButton
        icon={visible ? EyeOff : Eye}
        iconSize={16}
        label={visible ? t('account.hidePassword') : t('account.showPassword')}
        className={classes['eye'] ?? ''}
        onClick={() => setVisible(!visible)}
      />
    </div>
  )
}

const known = ['PCMU', 'PCMA', 'G722', 'Opus'] as const
const codecNames = {
  PCMU: 'G.711 \u03bc-law (PCMU)',
  PCMA: 'G.711 A-law (PCMA)',
  G722: 'G.722 HD',
  Opus: 'Opus HD',
} as const satisfies Record<(typeof known)[number], string>

/** Which are offered, the preferred one first. */
function Codecs({
  label,
  chosen,
  onChange,
}: {
  label: string
  chosen: readonly string[]
  onChange: (codecs: readonly string[]) => void
}) {
  const { t } = useTranslation()
  const ordered = [...known.filter((name) => chosen.includes(name)), ...known.filter((name) => !chosen.includes(name))]
  ordered.sort((a, b) => place(chosen, a) - place(chosen, b))
  return (
    <ul className={classes['codecs']} aria-label={label}>
      {ordered.map((name, index) => (
        <li key={name} className={classes['codec']}>
          <label>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, name] : chosen.filter((other) => other !== name))
              }
            />
            {codecNames[name]}
          </label>
          {index > 0 && chosen.includes(name) && (
            <IconButton
              icon={ArrowUp}
              iconSize={16}
              label={t('codecs.prefer', { name })}
              onClick={() => onChange([name, ...chosen.filter((other) => other !== name)])}
            />
          )}
          {index === 0 && chosen.length > 1 && (
            <IconButton
              icon={ArrowDown}
              iconSize={16}
              label={t('codecs.later', { name })}
              onClick={() => onChange([...chosen.slice(1), name])}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

function place(chosen: readonly string[], name: string): number {
  const index = chosen.indexOf(name)
  return index < 0 ? chosen.length : index
}

/** In Latin letters; a Chinese one is as wide as two. */
function width(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 2 : 1), 0)
}
