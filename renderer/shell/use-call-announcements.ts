import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { explain } from '../explain/explain.ts'
import { usePhone } from '../state/phone.ts'
import { partyAmong } from '../contacts/who.ts'
import { useContacts } from '../state/contacts.ts'
import { isolated } from '../text/plain-text.ts'
import { announce, announceNow } from './announce.ts'

const stateOf = ({ state, onHold }: Call) => (state === 'confirmed' && onHold.local ? 'held' : state)

/** Says what happens to calls to those who do not see it. */
export function useCallAnnouncements(): void {
  const { t } = useTranslation()
  useEffect(
    () =>
      usePhone.subscribe((now, before) => {
        if (now.ended !== before.ended && now.ended !== undefined) {
          const { ended, call } = now.ended
          const { verdict } = explain({ ...ended, direction: call.direction, answered: call.answeredAt !== undefined })
          announce(t(`explain.${verdict}.sentence`))
          announceNow('')
        }
        if (now.snapshot.calls === before.snapshot.calls) return
        for (const call of now.snapshot.calls) {
          const was = before.snapshot.calls.find(({ callId }) => callId === call.callId)
          if (was !== undefined && stateOf(was) === stateOf(call)) continue
          const name = isolated(partyAmong(useContacts.getState().contacts, call).title)
          const state = stateOf(call)
          if (state === 'incoming') announceNow(t('said.incoming', { name }))
          else if (state === 'confirmed') announce(t('said.talking', { name }))
          else if (state === 'held') announce(t('said.held', { name }))
          else if (state === 'calling') announce(t('said.calling', { name }))
          else if (state === 'proceeding' || state === 'early') announce(t('said.ringing', { name }))
          if (state !== 'incoming' && was?.state === 'incoming') announceNow('')
        }
      }),
    [t],
  )
}
