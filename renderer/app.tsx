import { VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { EndedSummary } from './call/ended-summary.tsx'
import { InCall } from './call/in-call.tsx'
import { LineStrip } from './call/line-strip.tsx'
import { Lines } from './call/lines.tsx'
import { CallLog } from './call-log/call-log.tsx'
import { Contacts } from './contacts/contacts.tsx'
import { EchoTest } from './echo-test/echo-test.tsx'
import { FirstRun } from './first-run/first-run.tsx'
import { Incoming } from './incoming/incoming.tsx'
import { IncomingBanner } from './incoming/incoming-banner.tsx'
import { Idle } from './dialer/idle.tsx'
import { Messages } from './messages/messages.tsx'
import { Questions } from './questions/questions.tsx'
import { SettingsView } from './settings/settings.tsx'
import { ConnectionNote } from './shell/connection-note.tsx'
import { LiveRegion } from './shell/live-region.tsx'
import { NavigationBar } from './shell/navigation-bar.tsx'
import { SidePane } from './shell/side-pane.tsx'
import { useShortcuts } from './shell/shortcuts.ts'
import { useCallAnnouncements } from './shell/use-call-announcements.ts'
import { useWide } from './shell/use-wide.ts'
import { useLines } from './state/lines.ts'
import { useTransfer } from './state/transfer.ts'
import { Trace } from './trace/trace.tsx'
import { Transfer } from './transfer/transfer.tsx'
import { type Navigation, type Tab, useNavigation } from './state/navigation.ts'
import { usePhone } from './state/phone.ts'
import type { Lines as LinesNow } from './state/lines.ts'
import classes from './shell/shell.module.css'

type PhoneView = 'setup' | 'incoming' | 'transfer' | 'call' | 'lines' | 'ended' | 'echo' | 'idle'

/** What the phone pane shows. A ringing call does not take the place of a field somebody is typing in. */
function viewOf({ ringing, running }: LinesNow, navigation: Navigation, ended: boolean, transfers: boolean): PhoneView {
  const { dialling, dialText, echoTest, firstRun } = navigation
  const busyTyping = (dialling || running.length === 0) && dialText !== ''
  if (ringing.length > 0 && !busyTyping) return 'incoming'
  if (firstRun && running.length === 0) return 'setup'
  if (echoTest) return 'echo'
  if (transfers && !dialling) return 'transfer'
  if (running.length > 0 && !dialling) return running.length > 1 ? 'lines' : 'call'
  if (ended && running.length === 0 && dialText === '') return 'ended'
  return 'idle'
}

/** The window: compact below 720 px with tabs and one pane, from there on a rail and two panes of the same parts. */
export function App() {
  const { t } = useTranslation()
  const wide = useWide()
  const lines = useLines()
  const navigation = useNavigation()
  const ended = usePhone(({ ended }) => ended)
  useShortcuts()
  useCallAnnouncements()
  const transfer = useTransfer(({ current }) => current)
  const transfers = lines.running.some(({ callId }) => callId === transfer?.callId)
  const view = viewOf(lines, navigation, ended !== undefined, transfers)
  const onPhone = navigation.tab === 'phone'
  const inCallView = view === 'incoming' || view === 'call' || view === 'lines' || view === 'transfer'
  const settings = navigation.settingsOpen
  // Long enough to need a small window for itself.
  const prompted = usePhone(({ snapshot }) => (snapshot.certificates?.length ?? 0) > 0) && !wide
  const full = settings || (onPhone && inCallView && !wide)
  const ringing = lines.ringing[0]
  return (
    <>
      <div className={classes['shell']} data-wide={wide || undefined}>
        {wide && !settings && <NavigationBar wide />}
        <main className={classes['main']}>
          {settings ? (
            <div className={classes['log']}>
              <Top />
              {ringing !== undefined && <IncomingBanner call={ringing} />}
              <RunningStrips />
              <SettingsView />
            </div>
          ) : onPhone ? (
            <>
              <section className={classes['phone']} data-pane tabIndex={-1} aria-label={t('tab.phone')}>
                <Top />
                {ringing !== undefined && view !== 'incoming' && <IncomingBanner call={ringing} />}
                {!inCallView && <RunningStrips />}
                {prompted && view === 'idle' ? (
                  <VisuallyHidden component="h1">{t('tab.phone')}</VisuallyHidden>
                ) : (
                  <PhoneScreen view={view} lines={lines} wide={wide} />
                )}
              </section>
              {wide && <SidePane call={inCallView && view !== 'incoming' ? lines.active : undefined} />}
            </>
          ) : (
            <div className={classes['log']}>
              <Top />
              {ringing !== undefined && <IncomingBanner call={ringing} />}
              <RunningStrips />
              <TabPane tab={navigation.tab} wide={wide} />
            </div>
          )}
        </main>
        {!wide && !full && <NavigationBar wide={false} />}
      </div>
      <LiveRegion />
    </>
  )
}

function TabPane({ tab, wide }: { tab: Tab; wide: boolean }) {
  if (tab === 'trace') return <Trace wide={wide} />
  if (tab === 'contacts') return <Contacts wide={wide} />
  if (tab === 'messages') return <Messages wide={wide} />
  return <CallLog wide={wide} />
}

function PhoneScreen({ view, lines, wide }: { view: PhoneView; lines: LinesNow; wide: boolean }) {
  const ended = usePhone(({ ended }) => ended)
  const transfer = useTransfer(({ current }) => current)
  const ringing = lines.ringing[0]
  if (view === 'incoming' && ringing !== undefined) return <Incoming key={ringing.callId} call={ringing} />
  if (view === 'setup') return <FirstRun />
  if (view === 'echo') return <EchoTest />
  if (view === 'transfer' && transfer !== undefined) {
    const call = lines.running.find(({ callId }) => callId === transfer.callId)
    const other = lines.running.find(({ callId }) => callId === transfer.otherId)
    if (call !== undefined) return <Transfer transfer={transfer} call={call} other={other} />
  }
  if (view === 'call' && lines.active !== undefined)
    return <InCall key={lines.active.callId} call={lines.active} wide={wide} />
  if (view === 'lines' && lines.active !== undefined) return <Lines active={lines.active} wide={wide} />
  if (view === 'ended' && ended !== undefined) return <EndedSummary key={ended.ended.callId} ended={ended} />
  return <Idle wide={wide} />
}

/** What concerns the user wherever they are. */
function Top() {
  return (
    <>
      <ConnectionNote />
      <Questions />
    </>
  )
}

/** The way back to what runs. */
function RunningStrips() {
  const { running } = useLines()
  return running.map((call) => <LineStrip key={call.callId} call={call} />)
}
