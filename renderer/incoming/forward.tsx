import { CornerUpRight } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { readTarget } from '../dialer/read-target.ts'
import { useEscape } from '../shell/escape.ts'
import { forward } from '../state/commands.ts'
import classes from './incoming.module.css'

/** Sends a caller elsewhere (302); asks where to. */
export function Forward({ call, onClose }: { call: Call; onClose: () => void }) {
  const { t } = useTranslation()
  const [target, setTarget] = useState('')
  const [pressed, setPressed] = useState(false)
  const helpId = useId()
  const reading = readTarget(target)
  useEscape(true, onClose)
  const send = () => {
    if (reading.kind !== 'good') return setPressed(true)
    void forward(call, target)
  }
  const wrong = pressed && reading.kind !== 'good'
  return (
    <form
      className={classes['forward']}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <label className={classes['forwardLabel']}>
        {t('incoming.forwardTo')}
        <input
          className={classes['field']}
          data-wrong={wrong || undefined}
          aria-invalid={wrong || undefined}
          aria-describedby={helpId}
          placeholder="1002@192.168.1.20"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={target}
          onChange={({ target }) => setTarget(target.value)}
        />
      </label>
      <p id={helpId} className={classes['forwardHelp']} data-wrong={wrong || undefined}>
        {wrong ? t('incoming.forwardWrong') : t('incoming.forwardHelp')}
      </p>
      <div className={classes['two']}>
        <Button size="medium" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button size="medium" kind="primary" icon={CornerUpRight} onClick={send} test="send-forward">
          {t('incoming.forwardNow')}
        </Button>
      </div>
    </form>
  )
}
