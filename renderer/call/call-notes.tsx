import { MicOff, Unplug, VolumeX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { toggleMute } from '../state/commands.ts'
import { levelsOf } from '../state/levels.ts'
import { isTalking } from '../state/lines.ts'
import { traceOf, usePhone } from '../state/phone.ts'
import classes from './in-call.module.css'

/** Louder than this into a muted microphone is speech, not the room. */
const speechDbfs = -35
const speechTicks = 6
/** Reports (one a second) without a packet. */
const deafAfter = 5

/** What needs the user's attention in a call, the most urgent alone. */
export function CallNotes({ call }: { call: Call }) {
  const { t } = useTranslation()
  const audio = usePhone(({ snapshot }) => snapshot.audio.state)
  const deaf = usePhone((state) => traceOf(call.callId)(state).deafSeconds >= deafAfter)
  const known = usePhone((state) => traceOf(call.callId)(state).noAudio)
  const problem = known ?? (deaf ? 'nothing-received' : undefined)
  const speaking = useSpeakingWhileMuted(call)
  if (audio === 'lost' || audio === 'unavailable') {
    return (
      <Note tone="stop" icon={Unplug} className={classes['note'] ?? ''} test="audio-note">
        {audio === 'lost' ? t('note.deviceLost') : t('note.noDevice')}
      </Note>
    )
  }
  if (speaking) {
    return (
      <Note
        tone="hold"
        icon={MicOff}
        className={classes['note'] ?? ''}
        test="muted-note"
        actions={
          <Button kind="bare" size="small" onClick={() => toggleMute(call)}>
            {t('control.unmute')}
          </Button>
        }
      >
        {t('note.mutedSpeaking')}
      </Note>
    )
  }
  if (problem && isTalking(call) && !call.onHold.remote) {
    return (
      <Note tone="hold" icon={VolumeX} className={classes['note'] ?? ''} test="deaf-note">
        {t(`noAudio.${problem}`)}
      </Note>
    )
  }
  return null
}

function useSpeakingWhileMuted({ callId, muted }: Call): boolean {
  const [speaking, setSpeaking] = useState(false)
  useEffect(() => {
    setSpeaking(false)
    if (!muted) return undefined
    const levels = levelsOf(callId)
    let loud = 0
    return levels.listen(() => {
      loud = levels.microphoneDbfs > speechDbfs ? loud + 1 : Math.max(0, loud - 1)
      if (loud >= speechTicks) setSpeaking(true)
    })
  }, [callId, muted])
  return speaking
}
