import { ImagePlus, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar, Picture } from '../controls/avatar.tsx'
import { Button, IconButton } from '../controls/button.tsx'
import { FileInput } from '../controls/file-input.tsx'
import type { Party } from '../text/party.ts'
import { shrunkPicture } from './shrunk-picture.ts'
import classes from './contacts.module.css'

/** The picture of a contact: `chosen` is one that is not saved yet, null none, undefined the one they have. */
export function PhotoField({
  party,
  chosen,
  onChoose,
}: {
  party: Party
  chosen: string | null | undefined
  onChoose: (url: string | null) => void
}) {
  const { t } = useTranslation()
  const file = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState(false)
  const { photo, ...plain } = party
  const some = chosen === undefined ? photo !== undefined : chosen !== null
  const take = async (picked: File | undefined) => {
    if (picked === undefined) return
    const url = await shrunkPicture(picked)
    setWrong(url === undefined)
    if (url !== undefined) onChoose(url)
  }
  return (
    <>
      <div className={classes['row']} data-test="photo-field">
        <span className={classes['photo']}>
          <Avatar party={chosen === undefined ? party : plain} size="medium" />
          {typeof chosen === 'string' && <Picture key={chosen} url={chosen} />}
        </span>
        <Button icon={ImagePlus} onClick={() => file.current?.click()} test="choose-photo">
          {t('contacts.choosePhoto')}
        </Button>
        {some && (
          <IconButton
            icon={X}
            iconSize={16}
            label={t('contacts.dropPhoto')}
            onClick={() => onChoose(null)}
            test="drop-photo"
          />
        )}
        <FileInput
          ref={file}
          accept="image/*"
          label={t('contacts.choosePhoto')}
          test="photo-file"
          onPick={([picked]) => void take(picked)}
        />
      </div>
      {wrong && (
        <p className={classes['wrong']} role="alert">
          {t('contacts.noPicture')}
        </p>
      )}
    </>
  )
}
