import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { SearchField } from '../controls/search-field.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { lookFor, useLog } from '../state/call-log.ts'
import { useWide } from '../shell/use-wide.ts'
import { exportLog } from './export-log.ts'
import classes from './call-log.module.css'

/** Search and filter. */
export function LogSearch() {
  const { t } = useTranslation()
  const wide = useWide()
  const { search, filter, unseen } = useLog()
  return (
    <div className={classes['head']}>
      <SearchField
        search={search}
        label={t('log.search')}
        clearLabel={t('log.clearSearch')}
        keys={wide}
        className={classes['search']}
        onSearch={(search) => lookFor({ search })}
      />
      <div className={classes['filters']}>
        <Segmented
          small
          label={t('log.filter')}
          value={filter}
          choices={[
            { value: 'all', label: t('log.all') },
            {
              value: 'missed',
              label: (
                <>
                  {t('log.missed')}
                  {unseen > 0 && <span className={classes['badge']}>{unseen > 99 ? '99+' : unseen}</span>}
                </>
              ),
            },
            { value: 'outgoing', label: t('log.out') },
            { value: 'incoming', label: t('log.in') },
          ]}
          onChange={(filter) => lookFor({ filter })}
        />
        <IconButton
          icon={Download}
          iconSize={16}
          label={t('log.export')}
          onClick={() => void exportLog()}
          test="export-log"
        />
      </div>
    </div>
  )
}
