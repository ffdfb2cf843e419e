import { ArrowLeft, Headphones, Square } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../controls/button.tsx'
import { useEscape } from '../shell/escape.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { testEcho } from '../state/commands.ts'
import { forgetLevels } from '../state/levels.ts'
import { useLines } from '../state/lines.ts'
import { show } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { Meter } from './meter.tsx'
import classes from './echo-test.module.css'

/** The microphone comes back one second later: hear yourself as others will. It begins at once. */
export function EchoTest() {
  const { t } = useTranslation()
  const { running } = useLines()
  const audio = usePhone(({ snapshot }) => snapshot.audio)
  const [state, setState] = useState<'starting' | 'on' | 'off'>('starting')
  const inCall = running.length > 0
  const close = () => show({ echoTest: false })
  useEscape(true, close)
  const start = () => {
    setState('starting')
    void testEcho(true).then((done) => setState(done ? 'on' : 'off'))
  }
  useEffect(() => {
    if (inCall) setState('off')
    else start()
    return () => {
      if (!inCall) void testEcho(false)
      forgetLevels('')
    }
  }, [inCall])
  const stop = () => {
    setState('off')
    void testEcho(false)
  }
  const input = audio.input === '' ? t('settings.followSystem') : audio.input
  const output = audio.output === '' ? t('settings.followSystem') : audio.output
  return (
    <div className={classes['test']} data-test="echo">
      <header className={classes['head']}>
        <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={close} test="back" />
        <h1>{t('echo.title')}</h1>
      </header>
      <div className={classes['body']}>
        <Headphones size={32} />
        <p className={classes['sentence']} role="status">
          {inCall
            ? t('echo.inCall')
            : state === 'on'
              ? t('echo.speak')
              : state === 'starting'
                ? t('echo.starting')
                : t('echo.stopped')}
        </p>
        {state === 'on' && <Meter />}
        <dl className={classes['devices']}>
          <div>
            <dt>{t('settings.microphone')}</dt>
            <dd>{input}</dd>
          </div>
          <div>
            <dt>{t('settings.speaker')}</dt>
            <dd>{output}</dd>
          </div>
        </dl>
        {state === 'on' && <p className={classes['help']}>{t('echo.help')}</p>}
      </div>
      <ProblemNote what={['echo']} />
      <div className={classes['actions']}>
        {state === 'on' ? (
          <Button size="call" icon={Square} onClick={stop} test="stop-echo">
            {t('echo.stop')}
          </Button>
        ) : (
          <Button
            size="call"
            kind="primary"
            icon={Headphones}
            disabled={inCall || state === 'starting'}
            onClick={start}
            test="start-echo"
          >
            {t('echo.start')}
          </Button>
        )}
      </div>
    </div>
  )
}
