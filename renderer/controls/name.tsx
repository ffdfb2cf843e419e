import { Tooltip } from '@mantine/core'

/** A name as somebody gave it: on its own as to direction, cut at the end, whole in a tooltip. */
export function Name({ text, className = '' }: { text: string; className?: string }) {
  return (
    <Tooltip label={<bdi>{text}</bdi>} disabled={text.length < 24} openDelay={700}>
      <bdi className={className}>{text}</bdi>
    </Tooltip>
  )
}
