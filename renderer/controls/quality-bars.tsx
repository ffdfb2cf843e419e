import classes from './quality-bars.module.css'

const colours = ['stop', 'stop', 'hold', 'hold', 'go'] as const

/** 4 good, 3 fair, 2 poor, 1 bad. Decoration: the word or the MOS stands beside it, or `label` says it. */
export function QualityBars({ bars, label }: { bars: 1 | 2 | 3 | 4; label?: string }) {
  return (
    <svg
      className={classes['bars']}
      viewBox="0 0 16 14"
      style={{ color: `var(--${colours[bars]})` }}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={bar * 4}
          y={10 - bar * 3.2}
          width="3"
          height={4 + bar * 3.2}
          rx=".6"
          fill={bar < bars ? 'currentColor' : 'none'}
          stroke={bar < bars ? 'none' : 'var(--edge)'}
          strokeWidth=".8"
        />
      ))}
    </svg>
  )
}
