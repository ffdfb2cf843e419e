import type { ReactNode } from 'react'
import type { RungKind } from '../../electron/dissect/rungs.ts'

/** The line language of the ladder: colour, dashes and glyph each say the kind of a message by themselves. */
export const arrowStyles: Readonly<
  Record<RungKind, { readonly colour: string; readonly width: number; readonly dashes: string | undefined }>
> = {
  request: { colour: 'var(--text)', width: 2, dashes: undefined },
  provisional: { colour: 'var(--dim)', width: 1.6, dashes: '5 4' },
  success: { colour: 'var(--go)', width: 2, dashes: undefined },
  redirect: { colour: 'var(--line)', width: 2, dashes: '9 3 2 3' },
  challenge: { colour: 'var(--hold)', width: 2.2, dashes: '2 3' },
  failure: { colour: 'var(--stop)', width: 2.4, dashes: undefined },
}

const signs: Readonly<Record<RungKind, ReactNode>> = {
  request: <path d="M-3.5-4.5 4 0-3.5 4.5Z" fill="var(--surface)" />,
  provisional: (
    <g fill="var(--surface)">
      <circle cx="-4" r="1.3" />
      <circle r="1.3" />
      <circle cx="4" r="1.3" />
    </g>
  ),
  success: <path d="M-4 .2-1.2 3 4.2-3.2" fill="none" stroke="var(--surface)" strokeWidth="2" />,
  redirect: <path d="M-4 3.5V0h7M.5-2.8 3.4 0 .5 2.8" fill="none" stroke="var(--surface)" strokeWidth="1.7" />,
  challenge: (
    <g fill="none" stroke="var(--surface)" strokeWidth="1.6">
      <circle cx="-2.2" cy="0" r="2.4" />
      <path d="M.3 0h4.6M3.4 0v2.4" />
    </g>
  ),
  failure: <path d="M-3.4-3.4 3.4 3.4M3.4-3.4-3.4 3.4" stroke="var(--surface)" strokeWidth="2" />,
}

/** The sign in front of method or status. */
export function KindSign({ kind }: { kind: RungKind }) {
  return (
    <svg width={16} height={16} viewBox="-8 -8 16 16" aria-hidden>
      <rect x="-8" y="-8" width="16" height="16" rx={kind === 'request' ? 3 : 8} fill={arrowStyles[kind].colour} />
      {signs[kind]}
    </svg>
  )
}

/** From `from` to `to`, at height `y`; to itself a short one. */
export function Arrow({ kind, from, to, y }: { kind: RungKind; from: number; to: number; y: number }) {
  const { colour, width, dashes } = arrowStyles[kind]
  const end = from === to ? from + 44 : to
  const turn = end > from ? 1 : -1
  return (
    <>
      <path
        d={`M${from + turn * 5} ${y}H${end - turn * 9}`}
        stroke={colour}
        strokeWidth={width}
        strokeDasharray={dashes}
        fill="none"
      />
      <path d={`M${end - turn} ${y}l${-turn * 10}-5v10Z`} fill={colour} />
    </>
  )
}
