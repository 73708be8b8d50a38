import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type GatewayProcess, startProcess } from '../support/gateway.ts'
import { listenOn } from '../support/ports.ts'
import { type Project, project } from './project.ts'

const orders = `pipelines:
  order:
    input:
      type: object
      properties:
        id: { type: integer }
        lines: { type: array, items: { type: object } }
    steps:
      - set:
          total: \${{ $sum(lines.price) }}
      - log: never
        when: \${{ false and id = 1 }}
      - fail:
          code: too-dear
          status: 422
          message: order \${{ id }} is above the limit
        when: \${{ $total > 100 }}
      - transform:
          id: \${{ id }}
          total: \${{ $total }}
  asked:
    steps:
      - transform:
          tenant: \${{ $headers.\`x-tenant\` }}
          page: \${{ $query.page }}
          order: \${{ $params.orderId }}
  silent:
    reply:
      body: \${{ nothing }}
  refused:
    reply:
      status: 409
      body: taken
  partners:
    channels:
      - http: /partners
        security: none
    steps:
      - delay: 1ms
`
let home: Project
let gateway: GatewayProcess
before(async () => {
  home = await project({ 'pipelines/orders.yaml': orders })
  gateway = await startProcess({ config: join(home.folder, 'pipelines') })
})
after(async () => {
  await gateway.stop()
  await home[Symbol.asyncDispose]()
})

const small = '{"id":7,"lines":[{"price":40},{"price":2}]}'

test('a pipeline is run once, and its reply printed', async () => {
  const { code, out, err } = await home.run(['invoke', 'order', '--body', small])
  assert.deepEqual(JSON.parse(out), { id: 7, total: 42 })
  assert.equal(err, '')
  assert.equal(code, 0)
})

test('the body may come from a file, and from the standard input', async () => {
  await writeFile(join(home.folder, 'small.json'), small)
  assert.match((await home.run(['invoke', 'order', '--body', '@small.json'])).out, /"total": 42/)
  assert.match((await home.run(['invoke', 'order', '--body', '-'], { input: small })).out, /"total": 42/)
})

test('headers, query and path parameters are given as pairs', async () => {
  const { out } = await home.run(['invoke', 'asked', '--headers', 'X-Tenant=acme', '--query', 'page=2', '--params', 'orderId=7'])
  assert.deepEqual(JSON.parse(out), { tenant: 'acme', page: '2', order: '7' })
})

test('--trace shows input, output and time of every step', async () => {
  const { out, err } = await home.run(['invoke', 'order', '--body', small, '--trace'])
  assert.match(err, /^steps\/0 set \d+\.\d\d ms\n {2}in {2}\{"id":7,.*\n {2}out \{"id":7,/)
  assert.match(err, /^steps\/1 log \d+\.\d\d ms\n.*\n {2}out skipped$/m)
  assert.match(err, /^steps\/3 transform .*\n.*\n {2}out \{"id":7,"total":42\}$/m)
  assert.match(out, /"total": 42/)
})

test('a pipeline that fails exits with 1, and names the step and its line', async () => {
  const { code, out, err } = await home.run(['invoke', 'order', '--body', '{"id":8,"lines":[{"price":101}]}'])
  assert.match(err, /^failed: too-dear \(422\): order 8 is above the limit, in steps\/2 at pipelines\/orders\.yaml:13:9$/m)
  assert.equal(out, '')
  assert.equal(code, 1)
})

test('violations of the input are listed', async () => {
  const { code, err } = await home.run(['invoke', 'order', '--body', '{"id":"x","lines":[1]}'])
  assert.match(err, /^failed: INPUT_INVALID \(400\)/)
  assert.match(err, /^ {2}\/id .*integer/m)
  assert.match(err, /^ {2}\/lines\/0 .*object/m)
  assert.equal(code, 1)
})

test('a reply of 400 and above is a failure too', async () => {
  const { code, out } = await home.run(['invoke', 'refused'])
  assert.equal(out, '"taken"\n')
  assert.equal(code, 1)
})

test('a reply without a body prints nothing', async () => {
  assert.deepEqual(await home.run(['invoke', 'silent']), { code: 0, out: '', err: '' })
})

test('as JSON, reply, error and trace are one object', async () => {
  const good = JSON.parse((await home.run(['invoke', 'order', '--body', small, '--trace', '--format', 'json'])).out)
  assert.equal(good.reply.status, 200)
  assert.deepEqual(good.reply.body, { id: 7, total: 42 })
  assert.deepEqual(
    good.trace.map((row: { step: string }) => row.step),
    ['steps/0', 'steps/1', 'steps/2', 'steps/3'],
  )
  const bad = JSON.parse((await home.run(['invoke', 'order', '--body', '{"id":8,"lines":[{"price":101}]}', '--format', 'json'])).out)
  assert.deepEqual([bad.error.code, bad.error.status, bad.error.step], ['too-dear', 422, 'steps/2'])
})

test('nothing comes in by itself meanwhile: the ports of the gateway may be taken', async () => {
  const { code } = await home.run(['invoke', 'partners'], { environment: { SLUICE_LISTEN: new URL(gateway.url).host } })
  assert.equal(code, 0)
})

test('--at runs it in a running gateway', async () => {
  const { code, out, err } = await home.run(['invoke', 'order', '--body', small, '--at', gateway.admin, '--trace'])
  assert.deepEqual(JSON.parse(out), { id: 7, total: 42 })
  assert.match(err, /^steps\/3 transform /m)
  assert.equal(code, 0)
  const failed = await home.run(['invoke', 'order', '--body', '{"id":8,"lines":[{"price":101}]}', '--at', `${gateway.admin}/`])
  assert.match(failed.err, /^failed: too-dear \(422\): order 8 is above the limit, in steps\/2 at .*orders\.yaml:13:9$/m)
  assert.equal(failed.code, 1)
})

test('an address where no gateway answers is said', async () => {
  const server = createServer((_, reply) => reply.end('something else'))
  const port = await listenOn(server, 0)
  const stranger = await home.run(['invoke', 'order', '--at', `http://127.0.0.1:${port}`])
  assert.match(stranger.err, /answered 200, and not as the admin listener of a gateway does/)
  server.close()
  server.closeAllConnections()
  const nobody = await home.run(['invoke', 'order', '--at', `http://127.0.0.1:${port}`])
  assert.match(nobody.err, /^sluice: calling http:\/\/127\.0\.0\.1:\d+\/pipelines\/order\/invoke: .*ECONNREFUSED/)
  assert.deepEqual([stranger.code, nobody.code], [1, 1])
})

const refusals = [
  {
    name: 'a pipeline that is not there, with the nearest name',
    args: ['ordr'],
    says: /there is no pipeline "ordr" \(did you mean "order"\?\)/,
  },
  { name: 'no pipeline at all', args: [], says: /a pipeline is missing: sluice invoke / },
  { name: 'a body that is no JSON', args: ['order', '--body', '{id:7}'], says: /the value given is not JSON/ },
  { name: 'a file that is not there', args: ['order', '--body', '@nowhere.json'], says: /reading nowhere\.json: ENOENT/ },
]
for (const { name, args, says } of refusals)
  test(`${name} is said, and exits with 1`, async () => {
    const { code, out, err } = await home.run(['invoke', ...args])
    assert.match(err, says)
    assert.equal(out, '')
    assert.equal(code, 1)
  })

test('in a running gateway a pipeline that is not there is said as well', async () => {
  const { code, err } = await home.run(['invoke', 'nowhere', '--at', gateway.admin])
  assert.match(err, /there is no pipeline "nowhere"/)
  assert.equal(code, 1)
})

test('a configuration with faults exits with 78', async () => {
  await using broken = await project({ 'pipelines/orders.yaml': 'pipelines:\n  order:\n    stepps: []\n' })
  const { code, err } = await broken.run(['invoke', 'order'])
  assert.match(err, /orders\.yaml:3:5 error unknown-field/)
  assert.equal(code, 78)
})
