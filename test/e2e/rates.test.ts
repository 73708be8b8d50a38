import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type GatewayProcess, startProcess } from '../support/gateway.ts'
import { startRedis } from '../support/redis.ts'

const envelope11 = 'http://schemas.xmlsoap.org/soap/envelope/'
const envelope12 = 'http://www.w3.org/2003/05/soap-envelope'
const soap = (content: string, namespace = envelope11): string =>
  `<soapenv:Envelope xmlns:soapenv="${namespace}" xmlns:r="urn:example:rates"><soapenv:Body>${content}</soapenv:Body></soapenv:Envelope>`
const day = '<r:get-rates><r:year>2013</r:year><r:month>09</r:month><r:day>03</r:day></r:get-rates>'

/** What `curl -d` sends. */
const curl = { 'content-type': 'application/x-www-form-urlencoded' }

interface Request {
  readonly name: string
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly status: number
  readonly type?: RegExp
  readonly answer?: RegExp | string
  readonly header?: readonly [string, RegExp]
}

const json = (name: string, body: string | undefined, status: number, answer: RegExp | string, more: Partial<Request> = {}): Request => ({
  name: `json: ${name}`,
  path: '/client1/get-rate',
  ...(body === undefined ? {} : { body }),
  status,
  answer,
  type: status === 200 ? /^application\/json/ : /^application\/problem\+json/,
  ...more,
})
const xml = (name: string, body: string | undefined, status: number, answer: RegExp, more: Partial<Request> = {}): Request => ({
  name: `xml: ${name}`,
  path: '/client2/get-rate',
  ...(body === undefined ? {} : { body }),
  status,
  answer,
  type: status === 200 ? /^application\/xml/ : /^application\/problem\+xml/,
  ...more,
})
const soapy = (name: string, body: string | undefined, status: number, answer: RegExp, more: Partial<Request> = {}): Request => ({
  name: `soap: ${name}`,
  path: '/client3/get-rate',
  ...(body === undefined ? {} : { body }),
  status,
  answer,
  type: /^text\/xml/,
  ...more,
})

const rateXml = /^(<\?xml [^>]*\?>\s*)?<response><rate>1\.22<\/rate><\/response>$/
const rateSoap =
  /<(\w+:)?get-ratesResponse xmlns(:\w+)?="urn:example:rates"[^>]*><(\w+:)?rate>1\.22<\/(\w+:)?rate><\/(\w+:)?get-ratesResponse>/
const noRate = /"code":"no-rate"/

const requests: readonly Request[] = [
  json('the day asked for', '{"year":"2013","month":"09","day":"03"}', 200, '{"rate":"1.22"}'),
  json('numbers instead of text', '{"year":2013,"month":9,"day":3}', 200, '{"rate":"1.22"}'),
  json('9 for 09', '{"year":"2013","month":"9","day":"3"}', 200, '{"rate":"1.22"}'),
  json('no body is today', undefined, 404, noRate),
  json('an empty object is today', '{}', 404, noRate),
  json('an unknown day', '{"year":2013,"month":9,"day":8}', 404, noRate),
  json('every bad value is listed', '{"year":"x","month":13,"day":0}', 400, /"violations":\[.*\/year.*\/month.*\/day/),
  json('a day needs its month', '{"day":3}', 400, /INPUT_INVALID/),
  json('malformed', '{"year":', 400, /MALFORMED/),
  json('wrong method', undefined, 405, /METHOD_NOT_ALLOWED/, { method: 'GET', header: ['allow', /^(?=.*POST)(?=.*OPTIONS)/] }),
  json('too large', `{"year":"${'1'.repeat(1_100_000)}"}`, 413, /TOO_LARGE/),
  json('the correlation id comes back', '{"year":2013,"month":9,"day":3}', 200, '{"rate":"1.22"}', {
    headers: { 'x-correlation-id': 'my-id.0001' },
    header: ['x-correlation-id', /^my-id\.0001$/],
  }),
  json('a bad correlation id is replaced', '{"year":2013,"month":9,"day":3}', 200, '{"rate":"1.22"}', {
    headers: { 'x-correlation-id': 'short' },
    header: ['x-correlation-id', /^(?!short$)[A-Za-z0-9._-]{8,64}$/],
  }),
  xml('the day asked for', '<request><year>2013</year><month>09</month><day>03</day></request>', 200, rateXml),
  xml(
    'with a declaration',
    '<?xml version="1.0" encoding="UTF-8"?><request><year>2013</year><month>9</month><day>3</day></request>',
    200,
    rateXml,
  ),
  xml('an empty element is today', '<request/>', 404, /no-rate/),
  xml('no body is today', undefined, 404, /no-rate/),
  xml('an unknown day', '<request><year>2013</year><month>9</month><day>8</day></request>', 404, /<code>no-rate<\/code>/),
  xml('bad values', '<request><year>x</year><month>13</month><day>0</day></request>', 400, /\/year[\s\S]*\/month[\s\S]*\/day/),
  xml('malformed', '<request><year>2013</request>', 400, /MALFORMED/),
  xml('DOCTYPE', '<!DOCTYPE request [<!ENTITY a "b">]><request><year>&a;</year></request>', 400, /MALFORMED/),
  xml('wrong method', undefined, 405, /METHOD_NOT_ALLOWED/, { method: 'PUT', header: ['allow', /POST/] }),
  soapy('quoted action', soap(day), 200, rateSoap, { headers: { soapaction: '"get-rates"' } }),
  soapy('unquoted action', soap(day), 200, rateSoap, { headers: { soapaction: 'get-rates' } }),
  soapy('no action', soap(day), 200, rateSoap),
  soapy('a known action takes any element', soap('<request><year>2013</year><month>09</month><day>03</day></request>'), 200, rateSoap, {
    headers: { soapaction: 'get-rates' },
  }),
  soapy('1.2', soap(day, envelope12), 200, rateSoap, {
    headers: { 'content-type': 'application/soap+xml; charset=utf-8; action="get-rates"' },
    type: /^application\/soap\+xml/,
  }),
  soapy('an empty element is today', soap('<r:get-rates/>'), 500, /<faultcode>[\w-]+:Client<\/faultcode>[\s\S]*no-rate/),
  soapy(
    'an unknown day, 1.2',
    soap('<r:get-rates><r:year>2013</r:year><r:month>9</r:month><r:day>8</r:day></r:get-rates>', envelope12),
    400,
    /Sender[\s\S]*no-rate/,
    { type: /^application\/soap\+xml/ },
  ),
  soapy('bad values', soap('<r:get-rates><r:year>x</r:year><r:month>13</r:month></r:get-rates>'), 500, /Client[\s\S]*INPUT_INVALID/),
  soapy('empty is a Fault', '', 400, /Fault/),
  soapy('malformed is a Fault', '<soapenv:Envelope', 400, /Fault[\s\S]*Client/),
  soapy('DOCTYPE is a Fault', `<!DOCTYPE x [<!ENTITY a "b">]>${soap(day)}`, 400, /Fault/),
  soapy('an unknown operation is a Fault', soap('<r:get-prices/>'), 500, /Fault[\s\S]*get-rates/),
  soapy('wrong method', undefined, 405, /Fault/, { method: 'PUT', header: ['allow', /POST/] }),
  {
    name: 'soap: the WSDL',
    path: '/client3/get-rate?wsdl',
    method: 'GET',
    status: 200,
    type: /^text\/xml/,
    answer: /<(\w+:)?definitions[\s\S]*get-rates/,
  },
  { name: 'an unknown path', path: '/nowhere', status: 404, type: /^application\/problem\+json/, answer: /"status":404/ },
  {
    name: 'OPTIONS says what the path allows',
    path: '/client1/get-rate',
    method: 'OPTIONS',
    status: 204,
    answer: '',
    header: ['allow', /POST/],
  },
  {
    name: 'HEAD has no body',
    path: '/sample/resource-center/data-chart-center/interest-rates/pages/xml?field_tdr_date_value_month=201309',
    method: 'HEAD',
    status: 200,
    answer: '',
  },
]

for (const store of ['memory', 'redis'] as const)
  describe(`the rates example answers, cache in ${store}`, () => {
    let gateway: GatewayProcess
    let redis: Awaited<ReturnType<typeof startRedis>> | undefined

    before(async () => {
      redis = store === 'redis' ? await startRedis() : undefined
      gateway = await startProcess({ environment: redis === undefined ? {} : { CACHE_URL: redis.url } })
    })
    after(async () => {
      assert.equal(await gateway.stop(), 0)
      await redis?.[Symbol.asyncDispose]()
    })

    for (const request of requests)
      test(request.name, async () => {
        const { path, method = 'POST', headers, body, status, type, answer, header } = request
        const reply = await fetch(gateway.url + path, { method, headers: { ...curl, ...headers }, ...(body === undefined ? {} : { body }) })
        const text = await reply.text()
        assert.equal(reply.status, status, text)
        if (type !== undefined) assert.match(reply.headers.get('content-type') ?? '', type)
        if (typeof answer === 'string') assert.equal(text, answer)
        else if (answer !== undefined) assert.match(text, answer)
        if (header !== undefined) assert.match(reply.headers.get(header[0]) ?? '', header[1])
        assert.match(reply.headers.get('x-correlation-id') ?? '', /^[A-Za-z0-9._-]{8,64}$/)
        assert.doesNotMatch(text, /\bat \w.*\(|node_modules|engine\//, 'no internals leave')
      })

    test('one access line a message, with the id and the trace of the caller', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      await fetch(`${gateway.url}/client1/get-rate`, {
        method: 'POST',
        body: '{"year":2013,"month":9,"day":3}',
        headers: { ...curl, 'x-correlation-id': `line-${store}-1`, traceparent },
      })
      const [line] = await gateway.seen(new RegExp(`^.*line-${store}-1.*$`))
      const record = JSON.parse(line)
      assert.equal(record.pipeline, 'get-rate')
      assert.equal(record.status, 200)
      assert.match(record.traceparent, /^00-0af7651916cd43dd8448eb211c80319c-/)
      assert.equal(gateway.output.err.split(`line-${store}-1`).length, 2)
    })
  })
