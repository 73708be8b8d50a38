import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadTexts, places, shown } from './loading.ts'

/** Steps of one pipeline, from line 5 on. */
const findingsOf = async (steps: string): ReturnType<typeof load> => load(steps)
async function load(steps: string): Promise<Awaited<ReturnType<typeof loadTexts>>['findings']> {
  return (await loadTexts(`connectors:\n  c: cache\npipelines:\n  p:\n${steps}`)).findings
}

const scopes = [
  {
    name: 'what is bound always',
    steps: ['    steps:', '      - transform: ${{ [$, $$, $input, $headers, $query, $params, $last, $meta, $error] }}'],
    want: [],
  },
  {
    name: 'a name is bound from its step on',
    steps: ['    steps:', '      - log: ${{ $a }}', '      - set: { a: 1 }', '      - log: ${{ $a }}'],
    want: ['6:18 unknown-variable'],
  },
  {
    name: 'the entries of one set are bound one after the other',
    steps: ['    steps:', '      - set:', '          a: ${{ $b }}', '          b: 1', '          c: ${{ $a + $b }}'],
    want: ['7:18 unknown-variable'],
  },
  {
    name: '`as` is bound after its step, not in it',
    steps: [
      '    steps:',
      '      - call: c.get',
      '        with:',
      '          key: ${{ $found }}',
      '        as: found',
      '      - log: ${{ $found }}',
    ],
    want: ['8:20 unknown-variable'],
  },
  {
    name: 'a condition is asked before its step',
    steps: ['    steps:', '      - set: { a: 1 }', '        when: ${{ $a = 1 }}'],
    want: ['7:19 unknown-variable'],
  },
  {
    name: 'names of a block end with it',
    steps: ['    steps:', '      - do:', '          - set: { a: 1 }', '          - log: ${{ $a }}', '      - log: ${{ $a }}'],
    want: ['9:18 unknown-variable'],
  },
  {
    name: 'a branch does not see the names of its siblings',
    steps: [
      '    steps:',
      '      - parallel:',
      '          x:',
      '            - set: { a: 1 }',
      '          y:',
      '            - log: ${{ $a }}',
    ],
    want: ['10:24 unknown-variable'],
  },
  {
    name: 'a branch of choose sees what is bound before it, and keeps its own',
    steps: [
      '    steps:',
      '      - set: { a: 1 }',
      '      - choose:',
      '          - when: ${{ $a = n }}',
      '            steps:',
      '              - set: { b: 1 }',
      '          - otherwise:',
      '              - log: ${{ $b }}',
    ],
    want: ['12:26 unknown-variable'],
  },
  {
    name: '$item and $index are bound inside each only',
    steps: [
      '    steps:',
      '      - each: ${{ $item }}',
      '        steps:',
      '          - log: ${{ $item & $index }}',
      '      - log: ${{ $index }}',
    ],
    want: ['6:19 unknown-variable', '9:18 unknown-variable'],
  },
  {
    name: 'catch and finally do not see the names of the block that failed',
    steps: [
      '    steps:',
      '      - do:',
      '          - set: { a: 1 }',
      '        catch:',
      '          - when: ${{ $error.code = $a }}',
      '            steps:',
      '              - log: ${{ $error.code }}',
      '        finally:',
      '          - log: ${{ $a }}',
    ],
    want: ['9:37 unknown-variable', '13:22 unknown-variable'],
  },
  {
    name: 'the reply sees the names of the steps, the catch of the pipeline does not',
    steps: [
      '    steps:',
      '      - set: { a: 1 }',
      '    reply:',
      '      body: ${{ $a }}',
      '    catch:',
      '      - steps:',
      '          - log: ${{ $a }}',
    ],
    want: ['11:22 unknown-variable'],
  },
  {
    name: 'a name may be bound again',
    steps: ['    steps:', '      - set: { a: 1 }', '      - set:', '          a: ${{ $a + 1 }}'],
    want: [],
  },
  {
    name: 'names that an expression binds itself',
    steps: ['    steps:', '      - log: ${{ ($x := 1; $map(a, function($v) { $v + $x })) }}'],
    want: [],
  },
]
for (const { name, steps, want } of scopes)
  test(`scope: ${name}`, async () => {
    const findings = await findingsOf(steps.join('\n'))
    assert.deepEqual(places(findings), want, findings.map(shown).join('\n'))
  })

test('an unknown name is told with the near one, and where that is bound', async () => {
  const [finding] = await findingsOf('    steps:\n      - set:\n          customer: 1\n      - log: for ${{ $custmer }}')
  assert.ok(finding !== undefined)
  assert.equal(shown(finding), '8:22 error unknown-variable $custmer is not bound here (did you mean $customer, bound at 7:11?)')
  assert.deepEqual(
    finding.related?.map(({ where }) => `${where.line}:${where.column}`),
    ['7:11'],
  )
})

const positions = [
  { name: 'in a plain scalar', scalar: 'ab ${{ $x }} ${{ $y }}', want: ['6:21 unknown-variable', '6:31 unknown-variable'] },
  { name: 'behind escapes', scalar: '"\\u0041\\"\\t ${{ $x }}"', want: ['6:30 unknown-variable'] },
  { name: 'behind a doubled quote', scalar: "'it''s ${{ $x }}'", want: ['6:25 unknown-variable'] },
  { name: 'in a block', scalar: '|\n          one\n            ${{ a &\n          $x }}', want: ['9:11 unknown-variable'] },
  { name: 'in a folded block', scalar: '>\n          one\n          two ${{ $x }}', want: ['8:19 unknown-variable'] },
]
for (const { name, scalar, want } of positions)
  test(`an expression is found in the file: ${name}`, async () => {
    assert.deepEqual(places(await findingsOf(`    steps:\n      - log: ${scalar}`)), want)
  })
