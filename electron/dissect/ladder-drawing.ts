import type { LadderPlan, Rung, RungKind } from './rungs.ts'

/** What stands behind method or status of an arrow, in the reader's language; empty for nothing. */
type Remark = (rung: Rung) => string

const [timeWidth, gap, rowHeight, top] = [110, 260, 36, 56]
const styles: Readonly<Record<RungKind, readonly [colour: string, dashes: string]>> = {
  request: ['#1B2029', ''],
  provisional: ['#595E68', '5 4'],
  success: ['#08684F', ''],
  redirect: ['#2449A3', '9 3 2 3'],
  challenge: ['#7A5000', '2 3'],
  failure: ['#A32F0E', ''],
}

/** The ladder as an SVG document of its own, on white, without fonts or scripts of others. */
export function ladderSvg({ lanes, rungs }: LadderPlan, remark: Remark): string {
  const width = timeWidth + Math.max(1, lanes.length) * gap
  const height = top + rungs.length * rowHeight + 16
  const at = (lane: number) => timeWidth + lane * gap + gap / 2
  const heads = lanes.map(({ name, address }, lane) => {
    const line = `<path d="M${at(lane)} ${top - 8}V${height - 8}" stroke="#8C867A"/>`
    return `${text(at(lane), 20, name, 'middle', 'font-weight="600"')}${text(at(lane), 37, address, 'middle', mono)}${line}`
  })
  const arrows = rungs.map((rung, row) => {
    const y = top + row * rowHeight + 22
    const [colour, dashes] = styles[rung.kind]
    const [from, to] = [at(rung.from), at(rung.to)]
    const turn = rung.to >= rung.from ? 1 : -1
    const end = rung.from === rung.to ? from + 40 : to
    const stroke = `stroke="${colour}" stroke-width="2" fill="none"${dashes === '' ? '' : ` stroke-dasharray="${dashes}"`}`
    const again = rung.step.again.length > 0 ? ` ×${rung.step.again.length + 1}` : ''
    const said = [`${rung.label}${again}`, remark(rung)].filter((part) => part !== '').join('  ')
    return [
      text(timeWidth - 16, y, seconds(rung.sinceStartMs), 'end', mono),
      text(Math.min(from, end) + 12, y - 6, said, 'start', `fill="${colour}"`),
      `<path d="M${from} ${y}H${end - turn * 9}" ${stroke}/>`,
      `<path d="M${end} ${y}l${-turn * 10}-5v10Z" fill="${colour}"/>`,
    ].join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>${heads.join('')}${arrows.join('')}</svg>\n`
}

const mono = 'font-family="monospace" font-size="12" fill="#595E68"'

function text(x: number, y: number, content: string, anchor: string, more: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" ${more}>${escaped(content)}</text>`
}

/** Whatever a stranger wrote stays text, and what XML does not allow at all is left out (XML 1.0 2.2). */
function escaped(content: string): string {
  const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return (
    content
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- control characters are what is left out
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll(/[&<>"]/g, (sign) => signs[sign] ?? '')
  )
}

/** The ladder in the language of Mermaid, for pages that draw it themselves. */
export function ladderMermaid({ lanes, rungs }: LadderPlan, remark: Remark): string {
  const heads = lanes.map(({ name, address }, lane) => {
    const title = name === '' ? address : `${name}<br/>${address}`
    return `  participant L${lane} as ${harmless(title)}`
  })
  const arrows = rungs.map((rung) => {
    const again = rung.step.again.length > 0 ? ` x${rung.step.again.length + 1}` : ''
    const said = [`${seconds(rung.sinceStartMs)} ${rung.label}${again}`, remark(rung)].filter((part) => part !== '')
    const arrow = rung.kind === 'request' ? '->>' : rung.kind === 'failure' ? '--x' : '-->>'
    return `  L${rung.from}${arrow}L${rung.to}: ${harmless(said.join(', '))}`
  })
  return `${['sequenceDiagram', ...heads, ...arrows].join('\n')}\n`
}

/** Signs that mean something to Mermaid are left out, the line break of ours aside. */
function harmless(content: string): string {
  return content.replaceAll(/[\r\n;#%{}"`]+|<(?!br\/>)|(?<!<br\/)>/g, ' ').trim()
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
