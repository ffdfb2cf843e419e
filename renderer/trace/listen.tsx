import { Download, Play, Square } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { type Played, soundRate } from '../../electron/dissect/rtp-playout.ts'
import { wavOf } from '../../electron/dissect/sound-file.ts'
import { Button } from '../controls/button.tsx'
import { saveFile } from '../text/save-file.ts'
import type { CallStream } from './call-streams.ts'
import { RecordPackets } from './record-packets.tsx'
import classes from './rtp.module.css'
import { fileName } from './save.ts'
import { useListening } from './use-listening.ts'

interface ListenProps {
  readonly stream: CallStream
  readonly played: Played | undefined
  readonly at: number
  readonly onAt: (second: number) => void
  /** Of this phone: what is missing can be recorded next time. */
  readonly own: boolean
}

/** Plays from the cursor what was said, or says why it cannot. */
export function Listen({ stream, played, at, onAt, own }: ListenProps) {
  const { t } = useTranslation()
  const sound = played?.sound
  const last = Math.max(0, stream.seconds.length - 1)
  const listening = useListening(sound, (second) => onAt(Math.min(last, second)))
  if (stream.sound !== 'whole') {
    const why = {
      headers: t('trace.rtp.headersOnly'),
      encrypted: t('trace.rtp.encrypted'),
      codec: t('trace.rtp.otherCodec', { codec: stream.codec }),
    }
    return (
      <div className={classes['listen']} data-test="rtp-unheard">
        <p>{why[stream.sound]}</p>
        {stream.sound === 'headers' && own && <RecordPackets depth="whole" />}
      </div>
    )
  }
  const save = () =>
    sound && saveFile(`${fileName(`${stream.from}-${stream.ssrc}`)}.wav`, 'audio/wav', wavOf(sound, soundRate))
  return (
    <div className={classes['listen']}>
      <Button
        icon={listening.on ? Square : Play}
        disabled={sound === undefined}
        onClick={() => (listening.on ? listening.stop() : listening.start(at))}
        test="rtp-listen"
      >
        {listening.on ? t('trace.rtp.stop') : t('trace.rtp.listen')}
      </Button>
      <Button icon={Download} disabled={sound === undefined} onClick={save} test="rtp-save">
        {t('trace.rtp.saveWav')}
      </Button>
    </div>
  )
}
