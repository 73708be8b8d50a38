import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseReply, formatOf } from '../../engine/formats/negotiate.ts'

const formats = [
  { type: 'json', mediaTypes: ['application/json', '+json'] },
  { type: 'xml', mediaTypes: ['application/xml', 'text/xml', '+xml'] },
  { type: 'csv', mediaTypes: ['text/csv'] },
]

const types = [
  { contentType: 'application/json', type: 'json' },
  { contentType: 'Application/JSON; charset=utf-8', type: 'json' },
  { contentType: 'application/vnd.acme.order+json', type: 'json' },
  { contentType: ' text/xml ;x=y', type: 'xml' },
  { contentType: 'application/atom+xml', type: 'xml' },
  { contentType: 'application/soap+xml; action="x"', type: 'xml' },
  { contentType: 'text/html', type: undefined },
  { contentType: 'json', type: undefined },
  { contentType: '', type: undefined },
  { contentType: undefined, type: undefined },
]
for (const { contentType, type } of types)
  test(`the format of a content type is found by its media types: ${contentType}`, () => assert.equal(formatOf(contentType, formats), type))

const wishes = [
  {
    says: 'the content type of the reply comes first',
    wish: { contentType: 'text/csv', format: 'xml', accept: 'application/json', read: 'json' },
    type: 'csv',
  },
  { says: 'a content type that no format has means a text or bytes', wish: { contentType: 'text/html', format: 'xml' }, type: undefined },
  { says: 'then the format of the channel', wish: { format: 'xml', accept: 'application/json', read: 'json' }, type: 'xml' },
  { says: 'then Accept', wish: { accept: 'text/xml', read: 'json' }, type: 'xml' },
  { says: 'then the format that was read', wish: { read: 'csv' }, type: 'csv' },
  { says: 'else the first', wish: {}, type: 'json' },
  { says: 'Accept */* takes what was read', wish: { accept: '*/*', read: 'xml' }, type: 'xml' },
  { says: 'Accept */* takes the first where nothing was read', wish: { accept: '*/*' }, type: 'json' },
  { says: 'the higher q wins', wish: { accept: 'application/json;q=0.5, text/xml;q=0.8, */*;q=0.1', read: 'json' }, type: 'xml' },
  { says: 'of equal q, what was read wins', wish: { accept: 'application/json, text/csv', read: 'csv' }, type: 'csv' },
  { says: 'q=0 refuses', wish: { accept: 'application/json;q=0, */*;q=0.1', read: 'json' }, type: 'xml' },
  { says: 'the most specific range decides', wish: { accept: 'text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5' }, type: 'xml' },
  { says: 'a type of one suffix is of its format', wish: { accept: 'application/hal+json' }, type: 'json' },
  { says: 'what nobody can write falls to what was read', wish: { accept: 'image/png', read: 'xml' }, type: 'xml' },
  { says: 'a q that is none counts as 0', wish: { accept: 'text/csv;q=much, application/xml;q=0.1' }, type: 'xml' },
  { says: 'an empty Accept says nothing', wish: { accept: '', read: 'xml' }, type: 'xml' },
  {
    says: 'a browser gets the first that it takes',
    wish: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
    type: 'xml',
  },
]
for (const { says, wish, type } of wishes)
  test(`what is written follows the first wish: ${says}`, () => assert.equal(chooseReply(wish, formats), type))
