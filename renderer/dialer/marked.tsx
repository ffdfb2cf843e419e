import { folded } from './suggestions.ts'
import classes from './suggestion-list.module.css'

/** An address with the part in it that was typed. */
export function Marked({ text, part }: { text: string; part: string }) {
  const wanted = folded(part)
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)
  if (at < 0) return <bdi dir="ltr">{text}</bdi>
  return (
    <bdi dir="ltr">
      {text.slice(0, at)}
      <mark className={classes['mark']}>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </bdi>
  )
}
