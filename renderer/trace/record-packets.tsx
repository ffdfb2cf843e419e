import { Mic, Radio } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { announce } from '../shell/announce.ts'
import { phone } from '../state/connection.ts'

/** Has the phone record the packets of calls from now on: headers, or with what is said. */
export function RecordPackets({ depth }: { depth: 'headers' | 'whole' }) {
  const { t } = useTranslation()
  const [on, setOn] = useState(false)
  const done = depth === 'headers' ? t('trace.rtp.recording') : t('trace.rtp.recordingWhole')
  const record = async () => {
    try {
      await phone().request('trace.packets', { depth })
      setOn(true)
      announce(done)
    } catch {
      announce(t('trace.exportFailed'))
    }
  }
  if (on) return <p>{done}</p>
  return (
    <Button icon={depth === 'headers' ? Radio : Mic} onClick={() => void record()} test={`rtp-record-${depth}`}>
      {depth === 'headers' ? t('trace.rtp.record') : t('trace.rtp.recordWhole')}
    </Button>
  )
}
