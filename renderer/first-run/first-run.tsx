import { ArrowLeft, Building2, FlaskConical, Headphones, Network } from 'lucide-react'
import { type ComponentType, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, type IconProps, IconButton } from '../controls/button.tsx'
import { OwnAddressCard } from '../dialer/own-address-card.tsx'
import { Meter } from '../echo-test/meter.tsx'
import { AudioSettings } from '../settings/audio-settings.tsx'
import { useEscape } from '../shell/escape.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { testSound } from '../state/commands.ts'
import { forgetLevels } from '../state/levels.ts'
import { show } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { LabForm } from './lab-form.tsx'
import { rememberFirstRun } from './remember.ts'
import classes from './first-run.module.css'

type Step = 'sound' | 'way' | 'lab' | 'direct'

/** Sound first, then how calls are made: by an account, directly, or as a lab sheet says. Every step can be skipped. */
export function FirstRun() {
  const { t } = useTranslation()
  const [step, setStep] = useState<Step>('sound')
  const audio = usePhone(({ settings }) => settings?.audio)
  const done = () => {
    rememberFirstRun()
    show({ firstRun: false })
  }
  const back = () => (step === 'sound' ? done() : setStep(step === 'way' ? 'sound' : 'way'))
  useEscape(true, back)
  return (
    <div className={classes['first']} data-test="first-run" data-step={step}>
      <header className={classes['head']}>
        <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={back} test="first-run-back" />
        <h1>{t(`firstRun.title.${step}`)}</h1>
      </header>
      <div className={classes['body']}>
        <ProblemNote what={['echo', 'settings', 'account']} />
        {step === 'sound' && audio !== undefined && (
          <>
            <AudioSettings audio={audio} />
            <Sound />
          </>
        )}
        {step === 'way' && (
          <div className={classes['ways']}>
            <Way
              icon={Building2}
              words="account"
              onClick={() => {
                done()
                show({ settingsOpen: true, settingsPage: 'account:new' })
              }}
            />
            <Way icon={Network} words="direct" onClick={() => setStep('direct')} />
            <Way icon={FlaskConical} words="lab" onClick={() => setStep('lab')} />
          </div>
        )}
        {step === 'direct' && (
          <>
            <p className={classes['help']}>{t('firstRun.directHelp')}</p>
            <OwnAddressCard />
          </>
        )}
        {step === 'lab' && (
          <LabForm
            onDone={() => {
              rememberFirstRun()
              show({ firstRun: false, settingsOpen: true })
            }}
          />
        )}
      </div>
      <footer className={classes['foot']}>
        {step === 'sound' ? (
          <>
            <Button size="medium" onClick={done} test="skip-first-run">
              {t('firstRun.skip')}
            </Button>
            <Button size="medium" kind="primary" onClick={() => setStep('way')} test="next">
              {t('firstRun.next')}
            </Button>
          </>
        ) : (
          <Button size="medium" kind={step === 'direct' ? 'primary' : 'plain'} onClick={done} test="skip-first-run">
            {step === 'direct' ? t('firstRun.done') : t('firstRun.skip')}
          </Button>
        )}
      </footer>
    </div>
  )
}

/** The microphone's level, and one's own voice a second later. */
function Sound() {
  const { t } = useTranslation()
  const [echo, setEcho] = useState(false)
  const [runs, setRuns] = useState(false)
  useEffect(() => {
    let shown = true
    const what = echo ? 'echo' : 'meters'
    const begin = async () => {
      const on = await testSound(what, true)
      if (shown) setRuns(on)
    }
    void begin()
    return () => {
      shown = false
      void testSound(what, false)
      forgetLevels('')
    }
  }, [echo])
  return (
    <section className={classes['sound']} aria-label={t('firstRun.sound')}>
      {runs && <Meter />}
      <p className={classes['help']}>{echo ? t('echo.speak') : t('firstRun.speak')}</p>
      <Button
        icon={Headphones}
        kind={echo ? 'primary' : 'plain'}
        onClick={() => setEcho(!echo)}
        test={echo ? 'stop-hearing' : 'hear-yourself'}
      >
        {echo ? t('echo.stop') : t('firstRun.hear')}
      </Button>
    </section>
  )
}

function Way({
  icon: Icon,
  words,
  onClick,
}: {
  icon: ComponentType<IconProps>
  words: 'account' | 'direct' | 'lab'
  onClick: () => void
}) {
  const { t } = useTranslation()
  return (
    <button type="button" className={classes['way']} onClick={onClick} data-test={`way-${words}`}>
      <Icon size={24} />
      <span>
        <b>{t(`firstRun.way.${words}`)}</b>
        <span>{t(`firstRun.wayHelp.${words}`)}</span>
      </span>
    </button>
  )
}
