const [WIDTH, HEIGHT, MARGIN] = [900, 300, 50]
const colours = ['#0b6bcb', '#c2410c', '#15803d', '#7e22ce']

/** Lines over time as an SVG picture; `step`: seconds from one value to the next. */
export function chart(title: string, lines: Readonly<Record<string, readonly number[]>>, step: number): string {
  const all = Object.values(lines).flat()
  const top = Math.max(10, ...all)
  const count = Math.max(2, ...Object.values(lines).map(({ length }) => length))
  const x = (index: number) => MARGIN + (index / (count - 1)) * (WIDTH - 2 * MARGIN)
  const y = (value: number) => HEIGHT - MARGIN - (value / top) * (HEIGHT - 2 * MARGIN)
  const paths = Object.entries(lines).map(([name, values], line) => {
    const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
    const colour = colours[line % colours.length]
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points}"/>
<text x="${WIDTH - MARGIN - 110}" y="${MARGIN - 20 + 15 * line}" fill="${colour}">${name}</text>`
  })
  const marks = [0, 0.5, 1].map(
    (share) => `<text x="5" y="${y(share * top) + 4}">${(share * top).toFixed(0)}</text>
<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(share * top)}" y2="${y(share * top)}" stroke="#ccc"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN}" y="20" font-weight="bold">${title}</text>
${marks.join('\n')}
${paths.join('\n')}
<text x="${WIDTH - MARGIN - 30}" y="${HEIGHT - 20}">${(count * step).toFixed(0)} s</text>
</svg>
`
}

/** A bar for each name; `mark`: where a line is drawn through all of them, such as 1 for "as good as the other". */
export function bars(title: string, values: Readonly<Record<string, number>>, mark: number): string {
  const entries = Object.entries(values)
  const [row, names] = [22, 330]
  const top = Math.max(mark * 1.25, ...entries.map(([, value]) => value))
  const x = (value: number) => names + (value / top) * (WIDTH - names - MARGIN)
  const height = MARGIN + row * entries.length + 20
  const lines = entries.map(([name, value], index) => {
    const y = MARGIN + row * index
    return `<text x="${names - 8}" y="${y + 14}" text-anchor="end">${name}</text>
<rect x="${names}" y="${y + 3}" width="${Math.max(1, x(value) - names).toFixed(1)}" height="${row - 8}" fill="${colours[value > mark ? 1 : 0]}"/>
<text x="${(x(value) + 5).toFixed(1)}" y="${y + 14}">${value.toFixed(2)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${MARGIN}" y="20" font-weight="bold">${title}</text>
${lines.join('\n')}
<line x1="${x(mark)}" x2="${x(mark)}" y1="${MARGIN - 10}" y2="${height - 10}" stroke="#555" stroke-dasharray="4 3"/>
</svg>
`
}
