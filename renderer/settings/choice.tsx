import { ChevronDown } from 'lucide-react'
import { useId } from 'react'
import classes from './settings.module.css'

/** One of several, by the system's own list: it is known, spoken and reachable everywhere. */
export function Choice({
  label,
  value,
  options,
  help,
  onChange,
}: {
  label: string
  value: string
  options: readonly { readonly value: string; readonly label: string }[]
  help?: string | undefined
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <div className={classes['field']}>
      <label className={classes['label']} htmlFor={id}>
        {label}
      </label>
      <div>
        <div className={classes['select']}>
          <select
            id={id}
            value={value}
            {...(help !== undefined && { 'aria-describedby': `${id}-help` })}
            onChange={({ target }) => onChange(target.value)}
          >
            {options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <ChevronDown size={16} />
        </div>
        {help !== undefined && (
          <p id={`${id}-help`} className={classes['help']}>
            {help}
          </p>
        )}
      </div>
    </div>
  )
}
