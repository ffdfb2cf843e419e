import type { PageFile } from './page-files.ts'

/**
 * The way in, before there is a session: a page that takes the ticket out of its own address and exchanges it for the
 * cookie. The ticket stands behind `#`, which no browser sends, so it is in no request line and in no log; and what
 * follows is the page's own request, so its Origin can be demanded and a SameSite=Strict cookie goes along.
 */

export const entrancePath = '/enter'
const entranceScript = '/enter.js'

export function entranceAddress(origin: string, ticket: string): string {
  return `${origin}${entrancePath}#${ticket}`
}

const html = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <meta name="color-scheme" content="light dark" />
  <title>Dialtone</title>
  <style>body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem }</style>
  <p id="text" role="status"></p>
  <script src="${entranceScript}"></script>
</html>
`

/** Runs in the browser. */
const script = `'use strict'
const texts = {
  en: 'This address has been used already, or is too old. Open Dialtone again for a new one.',
  'zh-CN': '此地址已被使用或已过期。请重新打开 Dialtone 以获取新地址。',
  'zh-TW': '此位址已被使用或已過期。請重新開啟 Dialtone 以取得新位址。',
}
const ticket = location.hash.slice(1)
const say = () => {
  const [language] = navigator.languages.filter((name) => /^(en|zh)/i.test(name))
  const name = /^zh-(tw|hk|mo|hant)/i.test(language) ? 'zh-TW' : /^zh/i.test(language) ? 'zh-CN' : 'en'
  document.documentElement.lang = name
  document.getElementById('text').textContent = texts[name]
}
history.replaceState(null, '', '/enter')
fetch('/enter', { method: 'POST', body: ticket }).then(({ ok }) => (ok ? location.replace('/') : say()), say)
`

export const entrance: Readonly<Record<string, Omit<PageFile, 'etag'>>> = {
  [entrancePath]: { body: Buffer.from(html), type: 'text/html; charset=utf-8' },
  [entranceScript]: { body: Buffer.from(script), type: 'text/javascript; charset=utf-8' },
}
