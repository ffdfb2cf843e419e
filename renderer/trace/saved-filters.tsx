import { Menu, UnstyledButton } from '@mantine/core'
import { Bookmark, BookmarkPlus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plainText } from '../text/plain-text.ts'
import { keepFilters, mostSaved, readFilters, type SavedFilter } from './kept.ts'
import { change, useTrace } from './state.ts'
import classes from './trace.module.css'

/** Searches that come again: keeps the present one, takes one that was kept, forgets it. */
export function SavedFilters() {
  const { t } = useTranslation()
  const search = useTrace(({ search }) => search)
  const filter = useTrace(({ filter }) => filter)
  const [saved, setSaved] = useState(readFilters)
  const keep = (next: readonly SavedFilter[]) => {
    setSaved(next)
    keepFilters(next)
  }
  const kinds = {
    all: t('trace.all'),
    calls: t('trace.calls'),
    registrations: t('trace.registrations'),
    problems: t('trace.problems'),
  }
  const nameOf = ({ search, filter }: SavedFilter) =>
    [...(filter === 'all' ? [] : [kinds[filter]]), ...(search === '' ? [] : [plainText(search, 40)])].join(' \u00b7 ')
  const some = search !== '' || filter !== 'all'
  const isSaved = saved.some((one) => one.search === search && one.filter === filter)
  return (
    <Menu position="bottom-start" shadow="md" returnFocus closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton className={classes['toolButton']} aria-label={t('trace.saved')} data-test="saved-filters">
          <Bookmark size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<BookmarkPlus size={16} />}
          disabled={!some || isSaved || saved.length >= mostSaved}
          onClick={() => keep([...saved, { search, filter }])}
          data-test="save-filter"
        >
          {t('trace.saveFilter')}
        </Menu.Item>
        {saved.length > 0 && <Menu.Divider />}
        {saved.map((one) => (
          <div key={`${one.filter} ${one.search}`} className={classes['saved']}>
            <Menu.Item onClick={() => change(one)} closeMenuOnClick data-test="saved-filter">
              {nameOf(one)}
            </Menu.Item>
            <Menu.Item
              aria-label={t('trace.forgetFilter', { name: nameOf(one) })}
              onClick={() => keep(saved.filter((other) => other !== one))}
              data-test="forget-filter"
            >
              <X size={14} />
            </Menu.Item>
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
