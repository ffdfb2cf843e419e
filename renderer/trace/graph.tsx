import { clockText } from '../text/duration.ts'
import type { Zoom } from './use-zoom.ts'
import classes from './rtp.module.css'

const [height, left, right] = [74, 44, 8]

interface GraphProps {
  /** As it is on the screen, px: figures are to be read at any size. */
  readonly width: number
  readonly title: string
  /** One a second; undefined where there is none. */
  readonly values: readonly (number | undefined)[]
  readonly kind: 'loss' | 'jitter' | 'delta' | 'buffer' | 'mos'
  /** The scale: from `floor` at least up to `least`. */
  readonly least: number
  readonly floor?: number
  /** Drawn dashed: what was reported, or aimed at. */
  readonly other?: readonly (number | undefined)[]
  readonly otherTitle?: string
  /** Seconds with a mark at the foot, and what it means. */
  readonly marks?: readonly number[]
  readonly marksTitle?: string
  /** Grounds behind the line, from value to value. */
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly kind: 'good' | 'fair' }[]
  readonly at: number
  readonly onAt: (second: number) => void
  readonly zoom: Zoom
  /** With the time below. */
  readonly axis?: boolean
}

/** One figure over time. A click sets the cursor, whose numbers stand beside; dragging zooms in, a double click out. */
export function Graph(props: GraphProps) {
  const {
    width,
    title,
    values: all,
    kind,
    least,
    floor = 0,
    other: allOther,
    otherTitle,
    marks: allMarks,
    marksTitle,
    bands,
    at,
    onAt,
    zoom,
    axis,
  } = props
  const { from, to } = zoom.shown
  const values = all.slice(from, to + 1)
  const other = allOther?.slice(from, to + 1)
  const marks = allMarks?.filter((second) => second >= from && second <= to)
  const most = Math.max(least, ...known(values), ...known(other ?? []))
  const steps = Math.max(1, to - from)
  const x = (index: number) => left + ((width - left - right) * index) / steps
  const xAt = (second: number) => x(second - from)
  const y = (value: number) => 6 + (height - 12) * (1 - (value - floor) / (most - floor))
  const foot = y(floor)
  const secondOf = ({ currentTarget, clientX }: React.PointerEvent<SVGSVGElement>) => {
    const { left: edge, width: shown } = currentTarget.getBoundingClientRect()
    const inside = ((clientX - edge) / shown) * width - left
    return from + Math.min(steps, Math.max(0, Math.round((inside / (width - left - right)) * steps)))
  }
  const line = pathOf(values, x, y)
  const bars = values.map((value, index) =>
    value !== undefined && value > floor ? `M${at2(x(index))} ${foot}V${at2(y(value))}` : '',
  )
  return (
    <figure className={classes['graph']} data-test={`graph-${kind}`}>
      <figcaption>
        <span>{title}</span>
        {otherTitle !== undefined && (
          <span className={classes['key']}>
            <svg width={22} height={8} aria-hidden>
              <path className={classes['other']} d="M0 4H22" />
            </svg>
            {otherTitle}
          </span>
        )}
        {marksTitle !== undefined && marks !== undefined && marks.length > 0 && (
          <span className={classes['key']}>
            <svg width={10} height={8} aria-hidden>
              <path className={classes['mark']} d="M0 8L5 0L10 8Z" />
            </svg>
            {marksTitle}
          </span>
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height + (axis === true ? 16 : 0)}`}
        height={height + (axis === true ? 16 : 0)}
        aria-hidden
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          zoom.begin(secondOf(event))
          onAt(secondOf(event))
        }}
        onPointerMove={(event) => event.buttons === 1 && zoom.over(secondOf(event))}
        onPointerUp={(event) => zoom.end(secondOf(event))}
        onDoubleClick={() => zoom.all()}
      >
        {bands?.map(({ from, to, kind }) => (
          <rect
            key={kind}
            className={classes[kind]}
            x={left}
            width={width - left - right}
            y={y(to)}
            height={y(from) - y(to)}
          />
        ))}
        {zoom.dragged !== undefined && (
          <rect
            className={classes['dragged']}
            x={xAt(zoom.dragged.from)}
            width={xAt(zoom.dragged.to) - xAt(zoom.dragged.from)}
            height={height}
          />
        )}
        {[floor, (floor + most) / 2, most].map((mark) => (
          <g key={mark}>
            <path d={`M${left} ${y(mark)}H${width - right}`} stroke="var(--hair)" />
            <text x={left - 6} y={y(mark) + 4} textAnchor="end" fontSize={11} fill="var(--dim)">
              {mark.toFixed(mark < 10 && mark > floor ? 1 : 0)}
            </text>
          </g>
        ))}
        {kind === 'buffer' && line !== '' && (
          <path className={classes['filled']} d={`${line}L${at2(x(values.length - 1))} ${foot}L${left} ${foot}Z`} />
        )}
        <path className={classes[kind]} d={kind === 'loss' ? bars.join('') : line} />
        {other !== undefined && <path className={classes['other']} d={pathOf(other, x, y)} />}
        {marks?.map((second) => (
          <path key={second} className={classes['mark']} d={`M${at2(xAt(second) - 4)} ${foot}h8l-4 -7Z`} />
        ))}
        {at >= from && at <= to && (
          <path d={`M${at2(xAt(at))} 0V${height}`} stroke="var(--text)" strokeDasharray="2 2" />
        )}
        {axis === true &&
          [0, 0.25, 0.5, 0.75, 1].map((part) => (
            <text
              key={part}
              x={left + (width - left - right) * part}
              y={height + 12}
              textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
              fontSize={11}
              fill="var(--dim)"
            >
              {clockText((from + Math.round(steps * part)) * 1000)}
            </text>
          ))}
      </svg>
    </figure>
  )
}

const known = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined)
const at2 = (value: number) => value.toFixed(1)

/** Broken where nothing is known. */
function pathOf(
  values: readonly (number | undefined)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  return values
    .map((value, index) => {
      if (value === undefined) return ''
      return `${index === 0 || values[index - 1] === undefined ? 'M' : 'L'}${at2(x(index))} ${at2(y(value))}`
    })
    .join('')
}
