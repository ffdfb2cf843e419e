import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AudioDevice, Settings } from '../../electron/ipc/contract.ts'
import { changeSettings } from '../state/commands.ts'
import { phone } from '../state/connection.ts'
import { plainText } from '../text/plain-text.ts'
import { Choice } from './choice.tsx'
import classes from './settings.module.css'

/** Which devices are used. One that is gone stays chosen and is marked. */
export function AudioSettings({ audio }: { audio: Settings['audio'] }) {
  const { t } = useTranslation()
  const [devices, setDevices] = useState<readonly AudioDevice[]>()
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let shown = true
    phone()
      .request('audio.devices')
      .then(
        ({ devices }) => shown && setDevices(devices),
        () => shown && setFailed(true),
      )
    return () => {
      shown = false
    }
  }, [])
  const select = (label: string, kind: AudioDevice['kind'], key: 'input' | 'output' | 'ring') => {
    const known = (devices ?? []).filter((device) => device.kind === kind)
    const chosen = audio[key]
    const present = known.find((device) => device.default)?.name
    const gone = chosen !== '' && devices !== undefined && !known.some(({ name }) => name === chosen)
    return (
      <Choice
        label={label}
        value={chosen}
        options={[
          { value: '', label: t('settings.followSystem') },
          ...known.map(({ name }) => ({ value: name, label: plainText(name, 80) })),
          ...(gone || (chosen !== '' && devices === undefined)
            ? [
                {
                  value: chosen,
                  label: gone ? t('settings.unplugged', { name: plainText(chosen, 80) }) : plainText(chosen, 80),
                },
              ]
            : []),
        ]}
        help={
          gone
            ? t('settings.meanwhile')
            : chosen === '' && present !== undefined
              ? t('settings.presently', { name: plainText(present, 80) })
              : undefined
        }
        onChange={(name) => void changeSettings({ audio: { [key]: name } })}
      />
    )
  }
  return (
    <>
      {(failed || devices?.length === 0) && <p className={classes['help']}>{t('settings.noDevices')}</p>}
      {select(t('settings.microphone'), 'input', 'input')}
      {select(t('settings.speaker'), 'output', 'output')}
      {select(t('settings.ringOn'), 'output', 'ring')}
    </>
  )
}
