import type { TestContext } from 'node:test'
import soap from '../../engine/adapters/soap/channel.ts'
import type { Bound, Handle, MessageContract, Refusal, WireHead } from '../../engine/core/component.ts'
import type { SoapChannel } from '../../engine/core/config.gen.ts'
import { asSluiceError, SluiceError } from '../../engine/core/errors.ts'
import type { Body, Inbound, Json } from '../../engine/core/message.ts'
import type { RouteEntry } from '../../engine/core/route.ts'
import { Listeners } from '../../engine/net/listeners.ts'

export interface Operation {
  readonly operation: string
  readonly contract?: Partial<MessageContract>
  readonly answer: (input: Json, inbound: Inbound) => Body
}

/** The address of a SOAP service of these operations, at `/soap/rates` in `urn:example:rates`, closed when the test ends. */
export async function serveSoap(context: TestContext, operations: readonly Operation[], maxBody = 100_000): Promise<string> {
  const listeners = new Listeners({ log: silent, access: () => {} })
  context.after(() => listeners.close(0))
  const binding = await listeners.bind([{ name: 'public', host: '127.0.0.1', port: 0 }])
  listeners.swap(binding, new Map([['public', [entryOf(operations, maxBody)]]]))
  return `http://127.0.0.1:${listeners.address('public').port}${path}`
}

export const namespace = 'urn:example:rates'
const path = '/soap/rates'

export const channel = (operation: string, change: Partial<SoapChannel> = {}): SoapChannel => ({
  path,
  operation,
  namespace,
  listener: 'public',
  maxBody: 100_000,
  ...change,
})

/** The operation of the first example of the language: a rate by date, where there is one. */
export const getRates: Operation = {
  operation: 'get-rates',
  contract: {
    summary: 'The real long-term rate of one day, today’s by default',
    input: {
      type: 'object',
      properties: {
        year: { type: 'integer', description: 'Four digits' },
        month: { type: 'integer', minimum: 1, maximum: 12 },
        day: { type: 'integer', minimum: 1, maximum: 31 },
      },
    },
    output: { type: 'object', required: ['rate'], properties: { rate: { type: 'string' } } },
    failures: ['no-rate'],
  },
  answer: input => {
    const { year, month, day } = { year: '2013', month: '9', day: '6', ...(typeof input === 'object' ? input : {}) }
    if (Number(day) !== 6)
      throw new SluiceError('REFUSED', `there is no rate for ${year}-${month}-${day}`, { reason: 'no-rate', status: 404 })
    return { rate: '1.22' }
  },
}

/** A contract with all that JSON Schema says more than XML Schema, or in another way. */
export const placeOrder: Operation = {
  operation: 'place-order',
  contract: {
    summary: 'Places <one> order',
    schemas: new Map<string, Json>([
      [
        'order-line',
        {
          type: 'object',
          required: ['article'],
          properties: { article: { type: 'string' }, amount: { type: 'number' }, parts: { type: 'array', items: { $ref: '#' } } },
        },
      ],
    ]),
    input: {
      type: 'object',
      required: ['customer', 'lines'],
      properties: {
        customer: { $ref: '#/$defs/name' },
        kind: { enum: ['fast', 'slow'] },
        gift: { type: ['boolean', 'null'] },
        tags: { type: 'array', items: { type: 'string' } },
        grid: { type: 'array', items: { type: 'array', items: { type: 'integer' } } },
        lines: { type: 'array', items: { $ref: 'sluice:/schemas/order-line' } },
        total: { type: 'object', required: ['@currency'], properties: { '@currency': { type: 'string' }, '#text': { type: 'number' } } },
        choice: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
        free: { type: 'object' },
        closed: { type: 'object', additionalProperties: false },
        'not a name': { type: 'string' },
      },
      $defs: { name: { type: 'string', description: 'Who orders' } },
    },
    output: { type: 'array', items: { $ref: 'sluice:/schemas/order-line' } },
    failures: ['no-stock', 'no-rate', 'ping'],
  },
  answer: () => [],
}

/** Gives back what it gets. */
export const echo: Operation = {
  operation: 'echo',
  contract: {
    input: {
      type: 'object',
      properties: { total: { type: 'object', properties: { '@currency': { type: 'string' }, '#text': { type: 'number' } } } },
    },
  },
  answer: input => input,
}

export const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

export const envelope = (body: string, { uri = soap11, header = '' } = {}): string =>
  `<e:Envelope xmlns:e="${uri}" xmlns:r="${namespace}">${header}<e:Body>${body}</e:Body></e:Envelope>`

export function bind({ operation, contract, answer }: Operation): Bound<SoapChannel> {
  const handle: Handle = async inbound => {
    if (!('value' in inbound.body)) throw new TypeError('a SOAP channel speaks values')
    // The parameters of a SOAP operation are read from XML: text, lists, objects.
    const value = answer(inbound.body.value as Json, inbound)
    return { status: 200, headers: {}, body: { value } }
  }
  return {
    id: `channel/test/soap:${operation}`,
    config: channel(operation),
    handle,
    contract: { pipeline: 'test', failures: [], ...contract },
  }
}

function entryOf(operations: readonly Operation[], maxBody: number): RouteEntry {
  const config = channel('')
  const serve = soap.serve(operations.map(bind))
  const fault = (error: unknown, request: WireHead) => soap.fault(refusal(error, request.id), request, config, undefined)
  return {
    route: soap.route(config),
    channels: [],
    maxBody,
    refuse: fault,
    answer: async request => {
      try {
        return await serve(request, error => refusal(error, request.id))
      } catch (error) {
        return fault(error, request)
      }
    },
  }
}

/** What a client may be told: the sentence of its own faults, nothing of ours. */
function refusal(thrown: unknown, id: string): Refusal {
  const error = asSluiceError(thrown)
  const { violations = [], violationCount = violations.length, headers = {}, details } = error.detail
  const text = error.fault === 'sender' ? error.message : 'a fault of the gateway itself'
  return { id, status: error.status, fault: error.fault, code: error.reason, text, headers, violations, violationCount, details }
}

const nothing = (): void => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silent }
