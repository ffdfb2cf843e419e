import { Headphones } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { show } from '../state/navigation.ts'
import { AudioSettings } from './audio-settings.tsx'
import classes from './settings.module.css'

/** The devices, and the proof that they work. */
export function SoundPage({ audio }: { audio: Settings['audio'] }) {
  const { t } = useTranslation()
  return (
    <>
      <AudioSettings audio={audio} />
      <div className={classes['under']}>
        <Button
          icon={Headphones}
          onClick={() => show({ settingsOpen: false, tab: 'phone', dialling: false, echoTest: true })}
        >
          {t('echo.title')}
        </Button>
      </div>
    </>
  )
}
