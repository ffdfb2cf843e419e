import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { announce } from '../shell/announce.ts'
import { IconButton } from './button.tsx'

const shownMs = 1500

export function CopyButton({ text, label, iconSize = 16 }: { text: string; label: string; iconSize?: number }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true)
        announce(t('copy.done'))
      },
      () => announce(t('copy.failed')),
    )
  }
  return (
    <IconButton
      icon={copied ? Check : Copy}
      iconSize={iconSize}
      label={copied ? t('copy.done') : label}
      onClick={copy}
    />
  )
}
