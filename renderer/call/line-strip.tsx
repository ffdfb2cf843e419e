import { UnstyledButton } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { lineNumber } from '../state/lines.ts'
import { focusDialField, goTo, show } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { useWay } from '../text/use-way.ts'
import { CallTimer } from './call-timer.tsx'
import { Encrypted } from './encrypted.tsx'
import { lineStateOf } from './line-state.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './line-strip.module.css'

/** A running call above something else: who, how it is, how long; a click goes back to it. */
export function LineStrip({ call }: { call: Call }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const calls = usePhone(({ snapshot }) => snapshot.calls)
  const { lamp, words } = lineStateOf(call)
  return (
    <UnstyledButton
      className={classes['strip']}
      data-lamp={lamp}
      data-test="line-strip"
      onClick={() => show({ tab: 'phone', dialling: false, echoTest: false })}
    >
      <Lamp state={lamp} size={14} />
      <span className={classes['words']}>
        <bdi className={classes['title']}>{partyIn(call).title}</bdi>
        <span className={classes['second']}>
          <Encrypted srtp={call.srtp} />
          {t('line.number', { n: lineNumber(call, calls) })}
          {' \u00b7 '}
          {t(`line.${words}`)}
        </span>
      </span>
      <CallTimer call={call} className={classes['timer'] ?? ''} />
    </UnstyledButton>
  )
}

/** The head of the call on the screen: its line, its state, its way. */
export function LineHead({ call }: { call: Call }) {
  const { t } = useTranslation()
  const calls = usePhone(({ snapshot }) => snapshot.calls)
  const { lamp, words } = lineStateOf(call)
  const way = useWay(call.accountId)
  const newCall = () => goTo({ dialling: true, dialText: '' }, focusDialField)
  return (
    <header className={classes['strip']} data-lamp={lamp}>
      <Lamp state={lamp} size={14} />
      <div className={classes['words']}>
        <div className={classes['title']} data-test="line-state">
          {t('line.number', { n: lineNumber(call, calls) })}
          {' \u00b7 '}
          {t(`line.${words}`)}
        </div>
        <div className={classes['second']}>
          <Encrypted srtp={call.srtp} />
          {way}
        </div>
      </div>
      <Button size="small" icon={Plus} onClick={newCall} test="new-call">
        {t('line.newCall')}
      </Button>
    </header>
  )
}
