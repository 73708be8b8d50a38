import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SluiceError } from '../../engine/core/errors.ts'
import type { Json } from '../../engine/core/message.ts'
import { echo, envelope, namespace, type Operation, serveSoap } from './soap-service.ts'

const text11 = { 'content-type': 'text/xml; charset=utf-8' }

const values: readonly { readonly name: string; readonly sent: string; readonly want: Json; readonly back: string }[] = [
  { name: 'text stays text', sent: '<r:a>007</r:a>', want: { a: '007' }, back: '<a>007</a>' },
  { name: 'repeated elements are a list', sent: '<r:a>1</r:a><r:a>2</r:a>', want: { a: ['1', '2'] }, back: '<a>1</a><a>2</a>' },
  {
    name: 'xsi:nil is null',
    sent: '<r:a xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"/>',
    want: { a: null },
    back: '<a xsi:nil="true"/>',
  },
  {
    name: 'markup in a value stays in it',
    sent: '<r:a>&lt;/a>&amp;&quot;]]&gt;</r:a>',
    want: { a: '</a>&"]]>' },
    back: '<a>&lt;/a&gt;&amp;"]]&gt;</a>',
  },
  { name: 'CDATA is text', sent: '<r:a><![CDATA[<b/>]]></r:a>', want: { a: '<b/>' }, back: '<a>&lt;b/&gt;</a>' },
  {
    name: 'names of prototypes are names',
    sent: '<r:__proto__>x</r:__proto__><r:constructor/>',
    want: JSON.parse('{"__proto__":"x","constructor":""}'),
    back: '<__proto__>x</__proto__><constructor/>',
  },
  { name: 'attributes that no schema names are left out', sent: '<r:a b="1">2</r:a>', want: { a: '2' }, back: '<a>2</a>' },
  {
    name: 'attributes that the schema names are read and written',
    sent: '<r:total currency="EUR">2</r:total>',
    want: { total: { '@currency': 'EUR', '#text': '2' } },
    back: '<total currency="EUR">2</total>',
  },
]

for (const { name, sent, want, back } of values)
  test(`soap: ${name}`, async context => {
    const seen: Json[] = []
    const answer = (input: Json): Json => {
      seen.push(input)
      return input
    }
    const address = await serveSoap(context, [{ ...echo, answer }])
    const said = await post(address, `<r:echo>${sent}</r:echo>`)
    assert.deepEqual(seen, [want])
    assert.ok(said.includes(back), said)
  })

const replies: readonly { readonly name: string; readonly value: Json | undefined; readonly want: string }[] = [
  { name: 'a text', value: 'x', want: '<return>x</return>' },
  { name: 'a number', value: 1.5, want: '<return>1.5</return>' },
  { name: 'null', value: null, want: '<return xsi:nil="true"/>' },
  { name: 'a list', value: ['a', { b: 1 }], want: '<return>a</return><return><b>1</b></return>' },
  { name: 'nothing', value: undefined, want: `<echoResponse xmlns="${namespace}"/>` },
  { name: 'an empty object', value: {}, want: `<echoResponse xmlns="${namespace}"/>` },
]

for (const { name, value, want } of replies)
  test(`soap: a reply that is ${name} is ${want}`, async context => {
    const said = await post(await serveSoap(context, [{ ...echo, answer: () => value }]), '<r:echo/>')
    assert.ok(said.includes(want), said)
  })

test('soap: a reply that XML cannot say is a fault of the gateway', async context => {
  const said = await post(await serveSoap(context, [{ ...echo, answer: () => ({ 'a b': 1 }) }]), '<r:echo/>')
  assert.match(said, /<faultcode>s:Server<\/faultcode>/)
})

test('soap: what a fault quotes cannot become markup', async context => {
  const answer = (): never => {
    const violations = [{ pointer: '/a', text: 'must be </detail>' }]
    throw new SluiceError('INPUT_INVALID', 'bad <b>\u0000&"]]>', { violations, violationCount: 7, details: { 'a b': ['<x>'] } })
  }
  const said = await post(await serveSoap(context, [{ ...echo, answer }]), '<r:echo/>')
  for (const part of [
    '<faultstring>bad &lt;b&gt;\ufffd&amp;"]]&gt;</faultstring>',
    '<violations><pointer>/a</pointer><text>must be &lt;/detail&gt;</text></violations><violationCount>7</violationCount>',
    '<details>{"a b":["&lt;x&gt;"]}</details>',
  ])
    assert.ok(said.includes(part), said)
})

test('soap: the pipeline is told how it was called', async context => {
  const answer: Operation['answer'] = (_input, { source, headers }) => ({ ...pick(source), host: String(headers['x-who']) })
  const address = await serveSoap(context, [{ ...echo, answer }])
  const answered = await fetch(`${address}?a=1`, {
    method: 'POST',
    body: envelope('<r:echo/>'),
    headers: { ...text11, soapaction: '"echo"', 'x-who': 'me' },
  })
  assert.match(await answered.text(), />POST \/soap\/rates 1 echo echo<.*me/)
})

const pick = ({ method, path, query, operation, action }: { readonly [key: string]: Json | undefined }): { readonly how: string } => ({
  how: [method, path, JSON.stringify(query).replace(/\D/g, ''), operation, action].join(' '),
})

const post = async (address: string, body: string): Promise<string> =>
  (await fetch(address, { method: 'POST', body: envelope(body), headers: text11 })).text()
