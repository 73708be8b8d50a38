import assert from 'node:assert/strict'
import { test } from 'node:test'
import { house, http, textOf } from './house.ts'

interface FormatCase {
  readonly name: string
  readonly channel?: string
  readonly reply?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly status?: number
  readonly type?: string | undefined
  readonly want: string | RegExp
}
const xml = '<?xml version="1.0" encoding="UTF-8"?>'
const formats: readonly FormatCase[] = [
  { name: 'JSON by default', body: '{"a":1}', type: 'application/json', want: '{"a":1}' },
  {
    name: 'by the content type',
    body: '<r><a>1</a></r>',
    headers: { 'content-type': 'text/xml' },
    type: 'application/xml; charset=utf-8',
    want: `${xml}<response><a>1</a></response>`,
  },
  {
    name: 'by the suffix of the content type',
    body: '{"a":1}',
    headers: { 'content-type': 'application/vnd.x+json; charset=utf-8' },
    want: '{"a":1}',
  },
  {
    name: 'by the format of the channel, whatever the content type says',
    channel: 'format: json',
    body: '{"a":1}',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    want: '{"a":1}',
  },
  {
    name: 'a form',
    body: 'a=1&b=2',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    want: '{"a":"1","b":"2"}',
  },
  {
    name: 'UNSUPPORTED for a content type that nothing reads',
    body: 'x',
    headers: { 'content-type': 'image/png' },
    status: 415,
    want: /UNSUPPORTED/,
  },
  { name: 'no body of such a type is no body', headers: { 'content-type': 'image/png' }, want: '{}' },
  { name: 'MALFORMED for what is not what it says', body: '{', status: 400, want: /MALFORMED/ },
  {
    name: 'written as the client accepts',
    body: '{"a":1}',
    headers: { accept: 'application/xml;q=0.9, text/html' },
    want: `${xml}<response><a>1</a></response>`,
  },
  {
    name: 'written as it was read where the client takes everything',
    body: '<r><a>1</a></r>',
    headers: { 'content-type': 'text/xml', accept: '*/*' },
    want: `${xml}<response><a>1</a></response>`,
  },
  {
    name: 'as JSON where what the client accepts cannot say it',
    body: '{"a":{"b":1}}',
    headers: { accept: 'text/plain' },
    want: '{"a":{"b":1}}',
  },
  {
    name: 'the format of the channel before what the client accepts',
    channel: 'format: json',
    body: '{"a":1}',
    headers: { accept: 'application/xml' },
    want: '{"a":1}',
  },
  {
    name: 'the content type of the reply before everything',
    channel: 'format: xml',
    body: '<r><a>1</a></r>',
    reply: 'headers:\n    content-type: application/vnd.shop+json',
    type: undefined,
    want: '{"a":"1"}',
  },
  {
    name: 'a content type of the reply that is of no format takes a text',
    body: '{"a":1}',
    reply: 'headers:\n    content-type: text/html\n  body: <p>${{ a }}</p>',
    want: '<p>1</p>',
  },
  {
    name: 'and nothing else',
    body: '{"a":1}',
    reply: 'headers:\n    content-type: text/html',
    status: 500,
    want: /a fault of the gateway itself/,
  },
  { name: 'nothing as no body', body: '{"a":1}', reply: 'body: ${{ missing }}', type: undefined, want: '' },
]
for (const { name, channel = '', reply, body, headers, status = 200, want, ...rest } of formats)
  test(`read and written: ${name}`, async context => {
    const { request } = await house(
      context,
      http(channel, `input: { type: object }\nsteps: []${reply === undefined ? '' : `\nreply:\n  ${reply}`}`),
    )
    const answer = await request({ body, headers })
    assert.equal(answer.status, status)
    if (typeof want === 'string') assert.equal(textOf(answer), want)
    else assert.match(textOf(answer), want)
    if ('type' in rest) assert.equal(answer.headers['content-type'] === undefined ? answer.contentType : undefined, rest.type)
  })

test('bytes and files go out as they are', async context => {
  const { request } = await house(context, http('', 'steps:\n  - call: crm.get'), {
    operations: { 'crm.get': () => ({ body: new Blob(['x'], { type: 'image/png' }) }) },
  })
  const reply = await request({})
  assert.ok(reply.body instanceof Blob)
  assert.equal(reply.contentType, 'image/png')
})
