/** W0: a constant reply; and what a thousand routes cost beside ten. */
import { byHand, contest, gateway, withFolder } from './support/contest.ts'

const route = (name: string): string => `  ${name}:
    channels:
      - http: /${name}
        security: none
    steps:
      - transform: hello
`
const pipelines = (count: number): Readonly<Record<string, string>> => ({
  'all.yaml': `pipelines:\n${Array.from({ length: count }, (_, at) => route(`hello-${at}`)).join('')}`,
})
const load = { path: '/hello-5', answer: '"hello"' }

await withFolder(async folder => {
  const few = await gateway('sluice, 10 routes', load, `${folder}/few`, pipelines(10))
  const many = await gateway('sluice, 1,000 routes', load, `${folder}/many`, pipelines(1000))
  const figures = await contest('W0 constant reply', [byHand('constant', load), few, many])
  process.stdout.write(`  1,000 routes beside 10: ${((figures[2]?.cpuUs ?? Number.NaN) / (figures[1]?.cpuUs ?? Number.NaN)).toFixed(2)}\n`)
})
