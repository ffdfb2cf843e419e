import { Info, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { usePhone } from '../state/phone.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './shell.module.css'

/** What the phone found worth saying when it started: another port, a file set aside. Closed once, it stays closed. */
export function NoticesNote() {
  const { t } = useTranslation()
  const notices = usePhone(({ info }) => info?.notices) ?? []
  const read = usePhone(({ readNotices }) => readNotices)
  const news = notices.filter((text) => !read.includes(text))
  if (news.length === 0) return null
  return (
    <div role="status" className={classes['problem']}>
      <Note
        tone="line"
        icon={Info}
        test="notices"
        actions={
          <IconButton
            icon={X}
            iconSize={16}
            label={t('close')}
            onClick={() => usePhone.setState({ readNotices: notices })}
          />
        }
      >
        {news.map((text) => (
          <div key={text} lang="en">
            {plainText(text, 500)}
          </div>
        ))}
      </Note>
    </div>
  )
}
