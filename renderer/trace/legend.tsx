import { useTranslation } from 'react-i18next'
import type { RungKind } from '../../electron/dissect/rungs.ts'
import { arrowStyles } from './arrow.tsx'
import classes from './ladder.module.css'

const labels = [
  ['request', 'trace.legend.request'],
  ['provisional', 'trace.legend.provisional'],
  ['success', 'trace.legend.success'],
  ['redirect', 'trace.legend.redirect'],
  ['challenge', 'trace.legend.challenge'],
  ['failure', 'trace.legend.failure'],
] as const satisfies readonly (readonly [RungKind, string])[]

export function Legend() {
  const { t } = useTranslation()
  return (
    <ul className={classes['legend']}>
      {labels.map(([kind, label]) => {
        const { colour, width, dashes } = arrowStyles[kind]
        return (
          <li key={kind}>
            <svg width={40} height={10} aria-hidden>
              <path d="M0 5H31" stroke={colour} strokeWidth={width} strokeDasharray={dashes} fill="none" />
              <path d="M40 5l-10-5v10Z" fill={colour} />
            </svg>
            <span>{t(label)}</span>
          </li>
        )
      })}
    </ul>
  )
}
