import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Expression, Template, type Tree } from '../../engine/core/expression.ts'
import type { Component, StepModel } from '../../engine/core/model.ts'
import type { Secret } from '../../engine/core/secret.ts'
import { configOf, modelOf } from './loading.ts'

const connectors = `connectors:
  treasury:
    http:
      url: \${TREASURY_URL:-http://127.0.0.1:8080/sample}
    timeout: 10s
    retry: 3
  rates:
    cache:
      store: \${CACHE_URL:-memory:}
      prefix: "rates:"
`
const pipelines = `pipelines:
  update-cache:
    summary: Copies one month of real long-term rates from the Treasury's feed into the cache
    input:
      type: object
      properties:
        year: { type: integer }
        month: { type: integer, minimum: 1, maximum: 12 }
    channels:
      - schedule: { every: 1h, immediately: true }
    steps:
      - set:
          year: \${{ year ?? $number($now('[Y0001]')) }}
          month: \${{ month ?? $number($now('[M01]')) }}
      - call: treasury.get
        with:
          path: /resource-center/data-chart-center/interest-rates/pages/xml
          query:
            data: daily_treasury_real_long_term
            field_tdr_date_value_month: \${{ $formatNumber($year, '0000') & $formatNumber($month, '00') }}
          format:
            xml: { accepts: feed }
        as: feed
      - each: \${{ $feed.entry.content.properties[RATE != ''] }}
        steps:
          - call: rates.set
            with:
              key: \${{ $substring(QUOTE_DATE, 0, 10) }}
              value: \${{ RATE }}

  get-rate:
    summary: The real long-term rate of one day, today's by default
    input:
      type: object
      properties:
        year: { type: integer }
        month: { type: integer, minimum: 1, maximum: 12 }
        day: { type: integer, minimum: 1, maximum: 31 }
      dependentRequired:
        day: [year, month]
    output:
      type: object
      required: [rate]
      properties:
        rate: { type: string }
    channels:
      - http: { path: /client1/get-rate, method: POST }
        format: json
        security: none
      - http: { path: /client2/get-rate, method: POST }
        format: xml
        security: none
      - soap: { path: /client3/get-rate, operation: get-rates, namespace: "urn:example:rates" }
        security: none
    steps:
      - set:
          date: |
            \${{ $exists(day)
                  ? $formatNumber(year, '0000') & '-' & $formatNumber(month, '00') & '-' & $formatNumber(day, '00')
                  : $now('[Y0001]-[M01]-[D01]') }}
      - call: rates.get
        with:
          key: \${{ $date }}
        as: rate
      - fail:
          code: no-rate
          status: 404
          message: there is no rate for \${{ $date }}
        when: \${{ $not($exists($rate)) }}
    reply:
      body:
        rate: \${{ $rate }}
`

const whole = connectors + pipelines
const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length

test('the example of the language page loads without a finding', async () => {
  const model = await modelOf(whole)
  assert.deepEqual([...model.pipelines.keys()], ['update-cache', 'get-rate'])
  assert.deepEqual([...model.connectors.keys()], ['treasury', 'rates'])
})

test('what it declares in two files is one model', async () => {
  const model = await modelOf({ 'systems/connectors.yaml': connectors, 'pipelines.yaml': pipelines })
  assert.equal(model.pipelines.get('get-rate')?.where.line, lineOf(pipelines, '  get-rate:'))
  assert.match(model.connectors.get('rates')?.where.file ?? '', /systems\/connectors\.yaml$/)
})

test('connectors are complete: defaults of their type, of their kind, of their policies', async () => {
  const { connectors: declared } = await modelOf(whole, { CACHE_URL: 'redis://u:p@cache:6379' })
  const { where: _, hash: __, config, ...treasury } = declared.get('treasury') ?? assert.fail()
  assert.deepEqual(treasury, {
    kind: 'connector',
    type: 'http',
    id: 'connector/treasury',
    needs: [],
    claims: [],
    name: 'treasury',
    timeout: 10_000,
    retry: { attempts: 3, delay: 100, backoff: 2, maxDelay: 5000, on: [] },
    breaker: { failures: 5, window: 10_000, calls: 20, pause: 5000, maxPause: 60_000 },
    required: false,
  })
  const { url, ...rest } = config as { readonly url: Secret }
  assert.equal(url.reveal(), 'http://127.0.0.1:8080/sample')
  assert.deepEqual(rest, { headers: {}, connections: 64, maxReply: 10 * 1024 * 1024, egress: 'public' })
  assert.equal(String(configOf<{ store: Secret }>(declared.get('rates')).store), 'redis://***@cache:6379')
  assert.equal(declared.get('rates')?.timeout, 500)
})

test('channels have an identity that lasts, and who may call them', async () => {
  const { pipelines: declared } = await modelOf(whole)
  const channels = [...declared.values()].flatMap(pipeline => pipeline.channels)
  assert.deepEqual(
    channels.map(({ id, security, concurrency, format }) => [id, security, concurrency, format?.type]),
    [
      ['channel/update-cache/schedule', [], 256, undefined],
      ['channel/get-rate/http:POST /client1/get-rate', [], 256, 'json'],
      ['channel/get-rate/http:POST /client2/get-rate', [], 256, 'xml'],
      [channels[3]?.id, [], 256, undefined],
    ],
  )
  assert.match(channels[3]?.id ?? '', /^channel\/get-rate\/soap:.*\/client3\/get-rate$/)
  assert.deepEqual(channels[0]?.config, {
    every: 3_600_000,
    zone: 'UTC',
    immediately: true,
    overlap: 'skip',
    catchup: 'last',
    within: 300_000,
    body: {},
  })
})

test('steps carry their place, their arguments by the schema of their operation, and compiled expressions', async () => {
  const { pipelines: declared } = await modelOf(whole)
  const [set, call, each] = declared.get('update-cache')?.steps ?? []
  assert.deepEqual([set?.id, call?.id, each?.id, call?.as], ['steps/0', 'steps/1', 'steps/2', 'feed'])
  const given = configOf<{ call: string; with: Record<string, Tree> }>(call)
  assert.equal(given.call, 'treasury.get')
  const { type, config } = given.with['format'] as unknown as Component<{ accepts: string; coerce: boolean }>
  assert.deepEqual([type, config.accepts, config.coerce], ['xml', 'feed', true])
  const inner = configOf<{ steps: readonly StepModel[]; collect: boolean; concurrency: number }>(each)
  assert.deepEqual([inner.steps[0]?.id, inner.collect, inner.concurrency], ['steps/2/each/0', false, 1])
})

test('an expression is placed at its own line and column, in a block too', async () => {
  const { pipelines: declared } = await modelOf(whole)
  const [set, , fail] = declared.get('get-rate')?.steps ?? []
  const date = configOf<{ set: Record<string, Template> }>(set).set['date']
  const message = configOf<{ fail: { message: Template } }>(fail).fail.message
  assert.ok(date instanceof Template && date.whole !== undefined)
  assert.deepEqual(
    [date.where.line, date.where.column, date.where.pointer],
    [lineOf(whole, '$exists(day)'), 17, '/pipelines/get-rate/steps/0/set/date'],
  )
  assert.deepEqual(
    message.parts.map(part => (typeof part === 'string' ? part : (part as Expression).source)),
    ['there is no rate for ', '$date'],
  )
  assert.deepEqual([message.where.line, message.where.column], [lineOf(whole, 'there is no rate'), 45])
})

test('the model is frozen through and through', async () => {
  const model = await modelOf(whole)
  const loose: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || value instanceof Template || value.constructor?.name === 'Secret') return
    if (value instanceof Map) for (const [key, inner] of value) visit(inner, `${path}/${key}`)
    else {
      if (!Object.isFrozen(value) && !path.endsWith('/where') && !(value instanceof Set)) loose.push(path)
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}/${key}`)
    }
  }
  visit(model, '')
  assert.deepEqual(loose, [])
})
