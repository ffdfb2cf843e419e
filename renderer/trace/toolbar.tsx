import { FolderOpen, TriangleAlert } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { FileInput } from '../controls/file-input.tsx'
import { SearchField } from '../controls/search-field.tsx'
import { Segmented } from '../controls/segmented.tsx'
import type { Entry } from './conversations.ts'
import { ExportMenu } from './export-menu.tsx'
import { SavedFilters } from './saved-filters.tsx'
import { change, openFiles, type TraceFilter, useTrace } from './state.ts'
import classes from './trace.module.css'

/** Search in all that was said, what to show, files in and out. */
export function Toolbar({ entry, wide }: { entry: Entry | undefined; wide: boolean }) {
  const { t } = useTranslation()
  const search = useTrace(({ search }) => search)
  const filter = useTrace(({ filter }) => filter)
  const files = useRef<HTMLInputElement>(null)
  return (
    <div className={classes['toolbar']}>
      <SearchField
        search={search}
        label={t('trace.search')}
        clearLabel={t('trace.clearSearch')}
        keys={wide}
        className={classes['search']}
        onSearch={(search) => change({ search })}
      />
      <Segmented<TraceFilter>
        small
        label={t('trace.filter')}
        value={filter}
        choices={[
          { value: 'all', label: t('trace.all') },
          { value: 'calls', label: t('trace.calls') },
          { value: 'registrations', label: t('trace.registrations') },
          {
            value: 'problems',
            label: (
              <span className={classes['withSign']}>
                <TriangleAlert size={14} />
                {t('trace.problems')}
              </span>
            ),
          },
        ]}
        onChange={(filter) => change({ filter })}
      />
      <SavedFilters />
      <span className={classes['grow']} />
      <FileInput
        ref={files}
        multiple
        accept=".pcap,.pcapng,.cap"
        test="capture-file"
        onPick={(picked) => void openFiles(picked)}
      />
      <Button icon={FolderOpen} onClick={() => files.current?.click()} test="open-capture">
        {t('trace.open')}
      </Button>
      <ExportMenu entry={entry} />
    </div>
  )
}
