import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { test } from 'node:test'
import { listen } from 'soap'
import soap from '../../engine/adapters/soap/connector.ts'
import { describeService } from '../../engine/adapters/soap/wsdl.ts'
import type { Result } from '../../engine/core/component.ts'
import type { SoapConnector, SoapConnectorOperations } from '../../engine/core/config.gen.ts'
import { SluiceError } from '../../engine/core/errors.ts'
import { Secret, secretUrl } from '../../engine/core/secret.ts'
import { parseXml } from '../../engine/formats/xml-reader.ts'
import { connectorContract } from '../contract/connector.ts'
import { testHost, testScope } from '../support/host.ts'
import { startHttp } from '../support/http-server.ts'
import { listenOn } from '../support/ports.ts'
import { bind, getRates, namespace, serveSoap, soap11, soap12 } from './soap-service.ts'

type Call = SoapConnectorOperations['call']

const configOf = (url: string, change: Partial<SoapConnector> = {}): SoapConnector => ({
  url: secretUrl(url),
  version: '1.1',
  namespace,
  headers: {},
  connections: 64,
  maxReply: 10 * 1024 * 1024,
  egress: 'public',
  ...change,
})

connectorContract('soap', {
  definition: soap,
  open: async () => {
    const system = await startHttp(keeper())
    return { system, config: configOf(`${system.url.replace('//', '//user:hunter2@')}/keeper`) }
  },
  keep: async ({ operations }, { key, bytes }, scope) => {
    await operations.call({ operation: 'keep', body: { key, value: Buffer.from(bytes).toString('base64') } }, scope)
  },
  read: async ({ operations }, key, scope) => {
    const result = await operations.call({ operation: 'read', body: { key } }, scope)
    const { value } = { value: '', ...(result?.body as object) }
    return Buffer.from(value, 'base64')
  },
  suffers: ['away', 'silent'],
  carries: 'bytes',
  heals: 'by-call',
  secret: 'hunter2',
})

for (const version of ['1.1', '1.2'] as const) {
  test(`soap connector: calls a service of the gateway in ${version}, and reads its faults`, async context => {
    const url = await serveSoap(context, [getRates])
    const body = { year: 2013, month: 9, day: 6 }
    assert.deepEqual((await call(url, { operation: 'get-rates', body }, { version }))?.body, { rate: '1.22' })
    const { code, detail } = await refused(call(url, { operation: 'get-rates', body: { ...body, day: 8 } }, { version }))
    assert.equal(code, 'UPSTREAM_REFUSED')
    assert.equal(detail.answer?.status, 400)
    const { id, ...fault } = JSON.parse(JSON.stringify(detail.answer?.body), (name, value) => (name === 'id' ? undefined : value))
    assert.deepEqual(
      [id, fault],
      [
        undefined,
        {
          code: version === '1.1' ? 'Client' : 'Sender',
          text: 'there is no rate for 2013-9-8',
          detail: { 'no-rate': { message: 'there is no rate for 2013-9-8' } },
        },
      ],
    )
  })

  test(`soap connector: calls a service of another library in ${version}`, async context => {
    const action = 'urn:example:rates:get-rates'
    const server = createServer()
    context.after(() => server.close())
    const url = `http://127.0.0.1:${await listenOn(server, 0)}/peer`
    const rate = ({ day }: { readonly day: number }): object => {
      if (day === 6) return { rate: '1.22' }
      const reason =
        version === '1.1'
          ? { faultcode: 's:Server', faultstring: 'out of rates' }
          : { Code: { Value: 's:Receiver' }, Reason: { Text: 'out of rates' } }
      throw Object.assign(new Error('fault'), { Fault: { ...reason, statusCode: 500 } })
    }
    const ports = { RatesServiceSoap11: { 'get-rates': rate }, RatesServiceSoap12: { 'get-rates': rate } }
    const xml = Buffer.from(describeService([bind(getRates)])(url)).toString()
    listen(server, { path: '/peer', services: { RatesService: ports }, xml, forceSoap12Headers: version === '1.2' })
    assert.deepEqual((await call(url, { operation: 'get-rates', action, body: { day: 6 } }, { version }))?.body, { rate: '1.22' })
    const { detail } = await refused(call(url, { operation: 'get-rates', action, body: { day: 8 } }, { version }))
    assert.equal(detail.answer?.status, 500)
    assert.deepEqual(detail.answer?.body, { code: version === '1.1' ? 'Server' : 'Receiver', text: 'out of rates' })
  })
}

const sent: readonly {
  readonly name: string
  readonly args: Call
  readonly config?: Partial<SoapConnector>
  readonly want: readonly string[]
}[] = [
  {
    name: '1.1 has a quoted action, by default the operation',
    args: { operation: 'place', body: { a: 1 } },
    want: [
      'soapaction: "place"',
      'content-type: text/xml; charset=utf-8',
      `<s:Envelope xmlns:s="${soap11}">`,
      `<place xmlns="${namespace}"><a>1</a></place>`,
    ],
  },
  {
    name: '1.2 has the action in its content type',
    args: { operation: 'place', action: 'urn:place', body: {} },
    config: { version: '1.2' },
    want: [
      'content-type: application/soap+xml; charset=utf-8; action="urn:place"',
      `<s:Envelope xmlns:s="${soap12}">`,
      `<place xmlns="${namespace}"/>`,
    ],
  },
  {
    name: 'a call may name its namespace',
    args: { operation: 'place', namespace: 'urn:"a&b"', body: {} },
    want: ['<place xmlns="urn:&quot;a&amp;b&quot;"/>'],
  },
  { name: 'markup in values stays in them', args: { operation: 'place', body: { a: '</a><b/>' } }, want: ['<a>&lt;/a&gt;&lt;b/&gt;</a>'] },
  {
    name: 'header blocks are written before the body',
    args: { operation: 'place', body: {}, header: { session: { token: 't' }, tag: ['a', 'b'] } },
    want: [
      `<s:Header><session xmlns="${namespace}"><token>t</token></session><tag xmlns="${namespace}">a</tag><tag xmlns="${namespace}">b</tag></s:Header>`,
    ],
  },
  {
    name: 'secrets in headers, bodies and header blocks are revealed on the wire',
    args: { operation: 'place', body: { password: new Secret('s3') as never }, header: { key: new Secret('s4') as never } },
    config: { headers: { 'X-Key': new Secret('s5') } },
    want: ['<password>s3</password>', `<key xmlns="${namespace}">s4</key>`, 'x-key: s5'],
  },
]

for (const { name, args, config, want } of sent)
  test(`soap connector: ${name}`, async () => {
    const lines: string[] = []
    await using server = await startHttp(async (request, response) => {
      lines.push(...Object.entries(request.headers).map(([header, value]) => `${header}: ${value}`))
      for await (const chunk of request) lines.push(String(chunk))
      response.end(envelope('<r/>'))
    })
    await call(server.url, args, config)
    const got = lines.join('\n')
    assert.deepEqual({ missing: want.filter(part => !got.includes(part)), got }, { missing: [], got })
  })

const unsendable: readonly { readonly name: string; readonly args: Call; readonly config?: Partial<SoapConnector> }[] = [
  { name: 'a name that XML does not have', args: { operation: 'place', body: { 'a b': 1 } } },
  { name: 'a character that XML does not have', args: { operation: 'place', body: { a: '\0' } } },
  { name: 'a quote in the action', args: { operation: 'place', action: 'a"; b="c', body: {} } },
  { name: 'a line end in the action', args: { operation: 'place', action: 'a\r\nb: c', body: {} } },
  { name: 'no namespace anywhere', args: { operation: 'place', body: {} }, config: { namespace: undefined } },
]

for (const { name, args, config } of unsendable)
  test(`soap connector: ${name} is an argument at fault, and nothing is sent`, async () => {
    await using server = await startHttp((_request, response) => response.end())
    assert.equal((await refused(call(server.url, args, config))).code, 'ARGUMENT_INVALID')
    assert.equal(server.requests.length, 0)
  })

interface Answer {
  readonly name: string
  readonly status: number
  readonly body: string
  readonly type?: string
  /** The body of the result, or the error's code, status and body. */
  readonly want: unknown
}

const envelope = (body: string, uri = soap11): string => `<e:Envelope xmlns:e="${uri}"><e:Body>${body}</e:Body></e:Envelope>`
const fault11 = (code: string): string =>
  `<e:Fault><faultcode>${code}</faultcode><faultstring>no</faultstring><detail><x>1</x></detail></e:Fault>`

const answers: readonly Answer[] = [
  { name: 'the content of the reply', status: 200, body: envelope('<r><a>1</a><a>2</a></r>'), want: { a: ['1', '2'] } },
  { name: 'an empty Body is an empty object', status: 200, body: envelope(''), want: {} },
  { name: 'nothing, where nothing was said', status: 202, body: '', want: undefined },
  {
    name: 'a Fault with 200 is one all the same',
    status: 200,
    body: envelope(fault11('e:Server')),
    want: ['UPSTREAM_REFUSED', 500, { code: 'Server', text: 'no', detail: { x: '1' } }],
  },
  {
    name: 'a Fault that blames the sender counts as 400',
    status: 500,
    body: envelope(fault11('e:Client.Stock')),
    want: ['UPSTREAM_REFUSED', 400, { code: 'Client.Stock', text: 'no', detail: { x: '1' } }],
  },
  { name: 'another status with an envelope is refused', status: 404, body: envelope('<r>x</r>'), want: ['UPSTREAM_REFUSED', 404, 'x'] },
  {
    name: 'a page of HTML with 503 is refused',
    status: 503,
    type: 'text/html',
    body: '<p>sorry',
    want: ['UPSTREAM_REFUSED', 503, '<p>sorry'],
  },
  { name: 'a redirect is not followed', status: 302, body: '', want: ['UPSTREAM_REFUSED', 302, undefined] },
  { name: 'a page of HTML with 200 is malformed', status: 200, body: '<p>welcome', want: ['UPSTREAM_MALFORMED', undefined, undefined] },
  {
    name: 'a cut envelope is malformed',
    status: 200,
    body: envelope('<r/>').slice(0, -3),
    want: ['UPSTREAM_MALFORMED', undefined, undefined],
  },
  {
    name: 'an envelope with a DOCTYPE is malformed',
    status: 200,
    body: `<!DOCTYPE a>${envelope('<r/>')}`,
    want: ['UPSTREAM_MALFORMED', undefined, undefined],
  },
  {
    name: 'an envelope of no version is malformed',
    status: 200,
    body: envelope('<r/>', 'urn:soap'),
    want: ['UPSTREAM_MALFORMED', undefined, undefined],
  },
]

for (const { name, status, body, type = 'text/xml', want } of answers)
  test(`soap connector: ${name}`, async () => {
    await using server = await startHttp((_request, response) => response.writeHead(status, { 'content-type': type }).end(body))
    const told = await call(server.url, { operation: 'ask', body: {} }).then(
      result => result?.body,
      ({ code, detail }: SluiceError) => [code, detail.answer?.status, detail.answer?.body],
    )
    assert.deepEqual(told, want)
  })

for (const { change, want } of [
  { change: {}, want: [] },
  { change: { url: secretUrl('http://a b/') }, want: ['/url'] },
  { change: { url: secretUrl('http://a/b#c') }, want: ['/url'] },
  { change: { headers: { SOAPAction: new Secret('x') } }, want: ['/headers/SOAPAction'] },
  { change: { headers: { 'x/y z': new Secret('x') } }, want: ['/headers/x~1y z'] },
  { change: { headers: { 'x-a': new Secret('b\r\nc: d') } }, want: ['/headers/x-a'] },
])
  test(`soap connector: check of ${JSON.stringify(change)}: ${want.join(', ') || 'no fault'}`, () =>
    assert.deepEqual(
      soap.check?.(configOf('http://127.0.0.1/', change)).map(({ pointer }) => pointer),
      want,
    ))

async function call(url: string, args: Call, change: Partial<SoapConnector> = {}): Promise<Result | undefined> {
  const connector = soap.create(configOf(url, change), testHost())
  await connector.start?.(AbortSignal.timeout(5000))
  try {
    return await connector.operations.call(args, testScope())
  } finally {
    await connector.stop?.(AbortSignal.timeout(1000))
  }
}

async function refused(called: Promise<unknown>): Promise<SluiceError> {
  const error = await called.then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof SluiceError, String(error))
  return error
}

/** A SOAP service that keeps texts by key. */
function keeper(): RequestListener {
  const kept = new Map<string, string>()
  return async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (chunks.length === 0) return void response.writeHead(405).end()
    const [operation] = parseXml(Buffer.concat(chunks).toString()).children[0]?.children ?? []
    const [key, value] = operation?.children.map(({ text }) => text) ?? []
    if (key !== undefined && value !== undefined) kept.set(key, value)
    response.writeHead(200, { 'content-type': 'text/xml' }).end(envelope(`<r><value>${kept.get(key ?? '') ?? ''}</value></r>`))
  }
}
