import { useState } from 'react'

/** From and to which second; both are shown. */
interface Span {
  readonly from: number
  readonly to: number
}

/** What is shown of a stream, and how a hand or keys change it. */
export interface Zoom {
  readonly shown: Span
  /** Less than everything. */
  readonly near: boolean
  /** What is being dragged over. */
  readonly dragged: Span | undefined
  begin(second: number): void
  over(second: number): void
  /** Shows what was dragged over; where that is hardly anything it was a click. */
  end(second: number): void
  /** Half as much, or twice as much, about the middle of what is wanted. */
  by(factor: 0.5 | 2, about: number): void
  all(): void
}

/** The fewest seconds that make a picture. */
const least = 2

/** Zooms in seconds 0 to `last`; a stream that grows is followed as long as all of it is shown. */
export function useZoom(last: number): Zoom {
  const [chosen, setChosen] = useState<Span | undefined>(undefined)
  const [drag, setDrag] = useState<{ readonly start: number; readonly now: number } | undefined>(undefined)
  const show = (from: number, to: number) => {
    const span = { from: Math.max(0, Math.min(from, last - least)), to: Math.min(last, Math.max(to, least)) }
    setChosen(span.from <= 0 && span.to >= last ? undefined : span)
  }
  const near = chosen !== undefined && chosen.to <= last
  const shown = near ? chosen : { from: 0, to: last }
  return {
    shown,
    near,
    dragged: drag && spanOf(drag.start, drag.now),
    begin: (second) => setDrag({ start: second, now: second }),
    over: (second) => setDrag((before) => before && { ...before, now: second }),
    end: (second) => {
      setDrag(undefined)
      if (drag === undefined || Math.abs(second - drag.start) < least) return
      const { from, to } = spanOf(drag.start, second)
      show(from, to)
    },
    by: (factor, about) => {
      const width = Math.max(least, Math.round((shown.to - shown.from) * factor))
      const from = Math.max(0, Math.min(Math.round(about - width / 2), last - width))
      show(from, from + width)
    },
    all: () => setChosen(undefined),
  }
}

const spanOf = (one: number, other: number): Span => ({ from: Math.min(one, other), to: Math.max(one, other) })
