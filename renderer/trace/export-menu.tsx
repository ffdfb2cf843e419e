import { Menu, UnstyledButton } from '@mantine/core'
import { ChevronDown, Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { messagesOf } from '../../electron/dissect/conversation.ts'
import { ladder } from '../../electron/dissect/ladder.ts'
import { ladderMermaid, ladderSvg } from '../../electron/dissect/ladder-drawing.ts'
import { ladderPlan } from '../../electron/dissect/rungs.ts'
import { phone } from '../state/connection.ts'
import type { Entry } from './conversations.ts'
import { saveFile } from '../text/save-file.ts'
import { pngOf } from './png.ts'
import { bytesOfBase64, fileName } from './save.ts'
import { change } from './state.ts'
import { remarkOf, titleOf } from './words.ts'
import classes from './trace.module.css'

/** Takes the trace away: as a capture or text by the phone, as a drawing by the page. */
export function ExportMenu({ entry }: { entry: Entry | undefined }) {
  const { t, i18n } = useTranslation()
  const own = entry !== undefined && entry.file === undefined ? entry.conversation.sipCallId : undefined
  const ask = async (format: 'pcap' | 'text', sipCallId: string | undefined, redact = false) => {
    try {
      const params = { format, redact, ...(sipCallId !== undefined && sipCallId !== '' && { sipCallId }) }
      const answer = await phone().request('trace.export', params)
      if (!('base64' in answer)) return
      const name = sipCallId === undefined || entry === undefined ? 'dialtone' : fileName(titleOf(entry.outline))
      const type = format === 'pcap' ? 'application/vnd.tcpdump.pcap' : 'text/plain'
      saveFile(`${name}.${format === 'pcap' ? 'pcap' : 'txt'}`, type, bytesOfBase64(answer.base64))
    } catch {
      change({ problem: { what: 'export', name: '' } })
    }
  }
  const draw = async (how: 'svg' | 'png' | 'mermaid' | 'text') => {
    if (entry === undefined) return
    const plan = ladderPlan(entry.conversation)
    const named = {
      ...plan,
      lanes: plan.lanes.map((lane) => (lane.own ? { ...lane, name: t('trace.thisPhone') } : lane)),
    }
    const remark = (rung: (typeof plan.rungs)[number]) => remarkOf(rung, t, i18n.language)
    const name = fileName(titleOf(entry.outline))
    if (how === 'svg') saveFile(`${name}.svg`, 'image/svg+xml', ladderSvg(named, remark))
    else if (how === 'png') {
      try {
        saveFile(`${name}.png`, 'image/png', await pngOf(ladderSvg(named, remark)))
      } catch {
        change({ problem: { what: 'export', name: '' } })
      }
    } else if (how === 'text') saveFile(`${name}.txt`, 'text/plain', ladder(messagesOf(entry.conversation)))
    else saveFile(`${name}.mmd`, 'text/plain', ladderMermaid(named, remark))
  }
  return (
    <Menu position="bottom-end" shadow="md" returnFocus>
      <Menu.Target>
        <UnstyledButton className={classes['toolButton']} data-test="trace-export">
          <Download size={16} />
          <span>{t('trace.export')}</span>
          <ChevronDown size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={own === undefined} onClick={() => void ask('pcap', own)} data-test="export-pcap">
          {t('trace.onePcap')}
        </Menu.Item>
        <Menu.Item disabled={own === undefined} onClick={() => void ask('text', own)}>
          {t('trace.oneText')}
        </Menu.Item>
        <Menu.Item disabled={entry === undefined} onClick={() => void draw('svg')} data-test="export-svg">
          {t('trace.svg')}
        </Menu.Item>
        <Menu.Item disabled={entry === undefined} onClick={() => void draw('png')} data-test="export-png">
          {t('trace.png')}
        </Menu.Item>
        <Menu.Item disabled={entry === undefined} onClick={() => void draw('text')} data-test="export-ladder-text">
          {t('trace.ladderText')}
        </Menu.Item>
        <Menu.Item disabled={entry === undefined} onClick={() => void draw('mermaid')}>
          {t('trace.mermaid')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void ask('pcap', undefined)}>{t('trace.allPcap')}</Menu.Item>
        <Menu.Item onClick={() => void ask('text', undefined)}>{t('trace.allText')}</Menu.Item>
        <Menu.Item onClick={() => void ask('text', undefined, true)}>{t('trace.allRedacted')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => change({ bundle: true })} data-test="open-bundle">
          {t('trace.bundle.open')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
