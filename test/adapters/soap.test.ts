import assert from 'node:assert/strict'
import { test } from 'node:test'
import { echo, envelope, getRates, namespace, type Operation, serveSoap, soap11, soap12 } from './soap-service.ts'

const friday = '<r:get-rates><r:year>2013</r:year><r:month>9</r:month><r:day>6</r:day></r:get-rates>'
const sunday = '<r:get-rates><r:year>2013</r:year><r:month>9</r:month><r:day>8</r:day></r:get-rates>'
const text11 = { 'content-type': 'text/xml; charset=utf-8' }
const text12 = { 'content-type': 'application/soap+xml; charset=utf-8' }
const reply = `<get-ratesResponse xmlns="${namespace}"><rate>1.22</rate></get-ratesResponse>`
const client = '<faultcode>s:Client</faultcode>'
const sender = '<s:Code><s:Value>s:Sender</s:Value></s:Code>'

interface Case {
  readonly name: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  readonly type?: string
  /** Everything that the answer must hold. */
  readonly holds: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'a call of 1.1 is answered in 1.1',
    body: envelope(friday),
    status: 200,
    type: 'text/xml; charset=utf-8',
    holds: [`<s:Envelope xmlns:s="${soap11}">`, reply],
  },
  {
    name: 'a call of 1.2 is answered in 1.2',
    body: envelope(friday, { uri: soap12 }),
    headers: text12,
    status: 200,
    type: 'application/soap+xml; charset=utf-8',
    holds: [`<s:Envelope xmlns:s="${soap12}">`, reply],
  },
  {
    name: 'the namespace of the envelope is its version, whatever the content type says',
    body: envelope(friday, { uri: soap12 }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 200,
    type: 'application/soap+xml; charset=utf-8',
    holds: [reply],
  },
  {
    name: 'a call without a content type is answered',
    body: envelope(friday),
    headers: { 'content-type': '' },
    status: 200,
    holds: [reply],
  },
  { name: 'an empty operation element is an empty object', body: envelope('<r:get-rates/>'), status: 200, holds: [reply] },
  {
    name: 'an operation that is found by its element needs no right action',
    body: envelope(friday),
    headers: { ...text11, soapaction: '"urn:other"' },
    status: 200,
    holds: [reply],
  },
  {
    name: 'an action in quotes names the operation of any element',
    body: envelope('<Query xmlns=""/>'),
    headers: { ...text11, soapaction: '"urn:example:rates:get-rates"' },
    status: 200,
    holds: [reply],
  },
  {
    name: 'an action without quotes does too',
    body: envelope('<Query xmlns=""/>'),
    headers: { ...text11, soapaction: 'get-rates' },
    status: 200,
    holds: [reply],
  },
  {
    name: 'in 1.2 the action stands in the content type',
    body: envelope('<Query xmlns=""/>', { uri: soap12 }),
    headers: { 'content-type': 'application/soap+xml; action="urn:example:rates:get-rates"' },
    status: 200,
    holds: [reply],
  },
  {
    name: 'a header that need not be understood is passed over',
    body: envelope(friday, { header: '<e:Header><h:trace xmlns:h="urn:h">1</h:trace></e:Header>' }),
    status: 200,
    holds: [reply],
  },
  {
    name: 'a header that somebody else must understand is passed over',
    body: envelope(friday, { header: '<e:Header><h:a xmlns:h="urn:h" e:mustUnderstand="1" e:actor="urn:elsewhere"/></e:Header>' }),
    status: 200,
    holds: [reply],
  },
  {
    name: 'a header that must be understood and is not is a fault of its own',
    body: envelope(friday, { header: '<e:Header><h:a xmlns:h="urn:h" e:mustUnderstand="1"/></e:Header>' }),
    status: 500,
    holds: ['<faultcode>s:MustUnderstand</faultcode>', 'header blocks must be understood, and are not: a'],
  },
  {
    name: 'and in 1.2 it is named in the header of the fault',
    body: envelope(friday, { uri: soap12, header: '<e:Header><h:a xmlns:h="urn:h" e:mustUnderstand="true"/></e:Header>' }),
    headers: text12,
    status: 500,
    holds: ['<s:Header><s:NotUnderstood qname="n:a" xmlns:n="urn:h"/></s:Header>', '<s:Value>s:MustUnderstand</s:Value>'],
  },
  {
    name: 'an author’s fault in 1.1 is 500, with the code in its detail',
    body: envelope(sunday),
    status: 500,
    type: 'text/xml; charset=utf-8',
    holds: [
      client,
      '<faultstring>there is no rate for 2013-9-8</faultstring>',
      `<detail><no-rate xmlns="${namespace}"><message>there is no rate for 2013-9-8</message><id>`,
    ],
  },
  {
    name: 'an author’s fault in 1.2 is 400 where the sender is to blame',
    body: envelope(sunday, { uri: soap12 }),
    headers: text12,
    status: 400,
    type: 'application/soap+xml; charset=utf-8',
    holds: [
      sender,
      '<s:Reason><s:Text xml:lang="en">there is no rate for 2013-9-8</s:Text></s:Reason>',
      `<s:Detail><no-rate xmlns="${namespace}">`,
    ],
  },
  {
    name: 'a fault of the gateway is the receiver’s, and tells nothing',
    body: envelope('<r:break/>'),
    status: 500,
    holds: ['<faultcode>s:Server</faultcode>', '<faultstring>a fault of the gateway itself</faultstring>', '<INTERNAL '],
  },
  {
    name: 'and 500 in 1.2 too',
    body: envelope('<r:break/>', { uri: soap12 }),
    headers: text12,
    status: 500,
    holds: ['<s:Value>s:Receiver</s:Value>'],
  },
  {
    name: 'an envelope of another namespace is of no version',
    body: envelope(friday, { uri: 'urn:soap' }),
    status: 500,
    holds: ['<faultcode>s:VersionMismatch</faultcode>'],
  },
  {
    name: 'an element of another namespace is no operation',
    body: envelope('<get-rates xmlns="urn:other"/>'),
    status: 500,
    holds: [client, 'in urn:example:rates there are get-rates, break, echo'],
  },
  {
    name: 'an element without a namespace is none either',
    body: envelope('<get-rates xmlns=""/>'),
    status: 500,
    holds: [client, '<NOT_FOUND '],
  },
  {
    name: 'an unknown operation is a fault that names the known ones',
    body: envelope('<r:set-rates/>', { uri: soap12 }),
    headers: text12,
    status: 400,
    holds: [sender, 'there are get-rates, break, echo'],
  },
  {
    name: 'a Body without an element is refused',
    body: envelope(''),
    headers: { ...text11, soapaction: 'get-rates' },
    status: 500,
    holds: [client, 'holds no element'],
  },
  { name: 'a Body with two elements is refused', body: envelope(friday + friday), status: 500, holds: [client, 'more than one element'] },
  { name: 'an Envelope without a Body is refused', body: `<e:Envelope xmlns:e="${soap11}"/>`, status: 400, holds: [client, 'one Body'] },
  {
    name: 'an Envelope with two Bodies is refused',
    body: envelope(friday).replace('</e:Envelope>', '<e:Body/></e:Envelope>'),
    status: 400,
    holds: [client],
  },
  { name: 'XML that is no Envelope is refused', body: '<order/>', status: 400, holds: [client, 'no SOAP Envelope'] },
  { name: 'what is no XML is refused', body: 'year=2013', status: 400, holds: [client, '<MALFORMED '] },
  { name: 'an unclosed element is refused', body: envelope('<r:get-rates>'), status: 400, holds: [client] },
  { name: 'any DOCTYPE is refused', body: `<!DOCTYPE x [<!ENTITY a "b">]>${envelope(friday)}`, status: 400, holds: [client, 'DOCTYPE'] },
  { name: 'nothing at all is refused', body: '', status: 400, holds: [client, 'no body'] },
  {
    name: 'and refused in the version of the content type',
    body: '',
    headers: text12,
    status: 400,
    type: 'application/soap+xml; charset=utf-8',
    holds: [sender],
  },
  {
    name: 'attachments are not read',
    body: 'x',
    headers: { 'content-type': 'multipart/related; boundary=b' },
    status: 415,
    holds: [client, 'without attachments'],
  },
  {
    name: 'a body above the limit is refused with HTTP’s status',
    body: envelope(`<r:get-rates>${' '.repeat(100_000)}</r:get-rates>`),
    status: 413,
    holds: [client],
  },
]

for (const { name, body, headers = text11, status, type, holds } of cases)
  test(`soap: ${name}`, async context => {
    const address = await serveSoap(context, [getRates, broken, echo])
    const answer = await fetch(address, { method: 'POST', body: Buffer.from(body), headers })
    const said = await answer.text()
    assert.deepEqual({ status: answer.status, missing: holds.filter(part => !said.includes(part)), said }, { status, missing: [], said })
    if (type !== undefined) assert.equal(answer.headers.get('content-type'), type)
  })

test('soap: a GET is for the WSDL alone', async context => {
  const address = await serveSoap(context, [getRates])
  for (const query of ['?wsdl', '?WSDL', '?singleWsdl']) {
    const answer = await fetch(address + query)
    const wsdl = await answer.text()
    assert.equal(answer.status, 200)
    assert.ok(wsdl.includes(`location="${address}"`), wsdl)
  }
  const answer = await fetch(address)
  assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST'])
  assert.match(await answer.text(), /<faultcode>s:Client<\/faultcode>/)
})

test('soap: a method that is neither GET nor POST is refused with a fault', async context => {
  const answer = await fetch(await serveSoap(context, [getRates]), { method: 'PUT', body: 'x', headers: text12 })
  assert.equal(answer.status, 405)
  assert.match(await answer.text(), /<s:Value>s:Sender<\/s:Value>/)
})

const broken: Operation = {
  operation: 'break',
  answer: () => {
    throw new Error('password=hunter2')
  },
}
