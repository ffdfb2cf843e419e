/** Days and times of calls, in the language and the time zone of the user; hours from 0 to 23 everywhere. */

export function timeText(at: string, language: string): string {
  return format(at, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

export function momentText(at: string, language: string): string {
  return format(at, language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
}

/** The day as its local date, `2026-11-20`; calls with the same key stand under one heading. */
export function dayKey(at: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

export function daysAgo(at: string, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0)
  return Math.round((midnight(now) - midnight(Date.parse(at))) / 86_400_000)
}

export function dayText(at: string, language: string, now: number): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return format(at, language, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
}

function format(at: string, language: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options).format(date)
}
