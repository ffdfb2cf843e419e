import { systemPreferences } from 'electron'

/** macOS gives silence to who has not asked. What the user says is remembered by the system. */
export function askForMicrophone(onRefused: () => void): void {
  if (process.platform !== 'darwin') return
  if (systemPreferences.getMediaAccessStatus('microphone') !== 'not-determined') return
  void systemPreferences.askForMediaAccess('microphone').then((granted) => {
    if (!granted) onRefused()
  })
}
