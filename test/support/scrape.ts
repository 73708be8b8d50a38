export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * Reads Prometheus' text format 0.0.4 as strictly as its own parser: every line is a comment or a sample, every sample belongs to the `# TYPE`
 * above it, every series is there once, and the text ends with a line break. Throws at the first line that is neither.
 */
export function scrape(text: string): readonly Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const samples: Sample[] = []
  const seen = new Set<string>()
  let family = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (?:counter|gauge|histogram)$/.exec(line)
    if (type !== null) family = type[1] ?? ''
    if (line.startsWith('# HELP ') || type !== null) continue
    const sample = sampleOf(line)
    if (sample.name.replace(/_(bucket|sum|count)$/, '') !== family && sample.name !== family) throw new Error(`outside its family: ${line}`)
    const key = line.slice(0, line.lastIndexOf(' '))
    if (seen.has(key)) throw new Error(`twice: ${line}`)
    seen.add(key)
    samples.push(sample)
  }
  return samples
}

const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"`
const shape = new RegExp(String.raw`^([a-zA-Z_:][\w:]*)(?:\{(${label}(?:,${label})*)\})? (\S+)$`)

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = shape.exec(line) ?? []
  if (name === '' || Number.isNaN(Number(value.replace('+Inf', 'Infinity')))) throw new Error(`no sample: ${line}`)
  const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(
    ([, key = '', text = '']) => [key, unescaped(text)] as const,
  )
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('+Inf', 'Infinity')) }
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
