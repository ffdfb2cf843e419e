import type { Registration } from '../../electron/ipc/contract.ts'
import type { LampState } from '../controls/lamp.tsx'

export function registrationLamp({ state }: Registration): LampState {
  return ({ registered: 'ok', registering: 'work', failed: 'fail', unregistered: 'off' } as const)[state]
}
