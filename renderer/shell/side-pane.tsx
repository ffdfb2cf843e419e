import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { QualityTable } from '../call/quality-table.tsx'
import { LampBoard, useBoard } from '../dialer/lamp-board.tsx'
import { OwnAddressCard } from '../dialer/own-address-card.tsx'
import { RecentList } from '../dialer/recent-list.tsx'
import { noTrace, usePhone } from '../state/phone.ts'
import classes from './side-pane.module.css'

/** Beside the phone in a wide window: how the line is, else the own address; and who was on the phone last. */
export function SidePane({ call }: { call: Call | undefined }) {
  const { t } = useTranslation()
  const board = useBoard()
  const quality = usePhone(({ traces }) => (traces[call?.callId ?? ''] ?? noTrace).quality)
  return (
    <aside className={classes['side']} data-pane tabIndex={-1} aria-label={t('side.label')}>
      {call === undefined ? (
        <div className={classes['own']}>
          <OwnAddressCard />
        </div>
      ) : (
        quality !== undefined && (
          <section className={classes['quality']}>
            <h2 className={classes['title']}>{t('quality.title')}</h2>
            <div className={classes['card']}>
              <QualityTable quality={quality} />
            </div>
          </section>
        )
      )}
      {call === undefined && board.length > 0 && (
        <section className={classes['lamps']}>
          <h2 className={classes['recent']}>{t('board.title')}</h2>
          <LampBoard board={board} />
        </section>
      )}
      <h2 className={classes['recent']}>{t('recent.title')}</h2>
      <RecentList />
    </aside>
  )
}
