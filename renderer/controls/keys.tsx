import classes from './keys.module.css'

/** Keys to press, as on their caps: `Ctrl+Enter`. Decoration beside a button that says the same by itself. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes['keys']} aria-hidden>
      {keys.split('+').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}
