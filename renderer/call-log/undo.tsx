import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { undoRemoval, useLog } from '../state/call-log.ts'
import classes from './call-log.module.css'

/** For 8 s what was deleted can be had back. */
export function Undo() {
  const { t } = useTranslation()
  const count = useLog(({ removing }) => removing.length)
  if (count === 0) return null
  return (
    <div className={classes['undo']} role="status" data-test="undo">
      <span>{count === 1 ? t('log.deletedOne') : t('log.deleted', { n: count })}</span>
      <Button kind="bare" size="small" onClick={undoRemoval}>
        {t('log.undo')}
      </Button>
    </div>
  )
}
