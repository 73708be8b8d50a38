import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

type House = Awaited<ReturnType<typeof openHouse>>

const pipeline = (steps: string): Record<string, string> => ({
  'pipelines/a.yaml': `pipelines:
  take:
    redelivery: { attempts: 2, delay: 5ms }
    channels:
      - source: orders
    steps:
${steps.replaceAll(/^/gm, '      ')}
`,
})
const fail = (code: string, status: number): string => `- fail: { code: ${code}, status: ${status} }`
const branches = (wait: string, first: string, second: string): string =>
  `- parallel:\n    first:\n      ${first}\n    second:\n      ${second}\n  wait: ${wait}`
const deaths = async ({ gateway }: House): Promise<readonly (readonly [string, number | undefined])[]> =>
  (await gateway.runtime.deadLetters.groups({})).map(({ code, newest }) => [code, newest[0]?.attempts])

const cases: readonly { readonly name: string; readonly steps: string; readonly died?: readonly [string, number] }[] = [
  {
    name: 'each: one item that fails makes the message fail, and it is run again',
    steps: `- each: \${{ [1, 2, 3] }}\n  concurrency: 3\n  steps:\n    ${fail('third', 503)}\n      when: \${{ $ = 3 }}`,
    died: ['third', 2],
  },
  {
    name: 'each: an item that can never work is enough to give the message up',
    steps: `- each: \${{ [1, 2, 3] }}\n  steps:\n    ${fail('second', 422)}\n      when: \${{ $ = 2 }}`,
    died: ['second', 1],
  },
  {
    name: 'parallel, all: one branch that fails makes the message fail, though the other is done',
    steps: branches('all', '- transform: done', fail('away', 503)),
    died: ['away', 2],
  },
  {
    name: 'parallel, all: the first error decides',
    steps: branches('all', fail('wrong', 422), `- delay: 1h`),
    died: ['wrong', 1],
  },
  { name: 'parallel, any: one branch that works is enough', steps: branches('any', fail('away', 503), '- transform: done') },
  {
    name: 'parallel, any: where all fail, it is run again as long as one of them might work',
    steps: branches('any', fail('wrong', 422), fail('away', 503)),
    died: ['away', 2],
  },
  {
    name: 'parallel, any: where none can ever work the message is given up at once',
    steps: branches('any', fail('wrong', 422), fail('bad', 400)),
    died: ['wrong', 1],
  },
  { name: 'parallel, settled: a branch that fails is a result', steps: branches('settled', fail('away', 503), '- transform: done') },
  {
    name: 'parallel, settled: what the pipeline makes of the results decides',
    steps: `${branches('settled', fail('away', 503), '- transform: done')}\n- fail: { code: half, status: 503 }\n  when: \${{ $exists(first.error) }}`,
    died: ['half', 2],
  },
]
for (const { name, steps, died } of cases)
  test(name, async () => {
    await using house = await openHouse({ ...sourceFiles(), ...pipeline(steps) })
    assert.equal(house.gateway.outcome.kind, 'applied', JSON.stringify(house.gateway.outcome.findings))
    const told = await sourceOf('orders').give({})
    assert.ok('acknowledged' in told)
    assert.deepEqual(await deaths(house), died === undefined ? [] : [died])
  })
