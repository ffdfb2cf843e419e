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
