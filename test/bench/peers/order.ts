/** W2: an order of 1 kB, eight fields, a sum and a map, by hand. */
export interface Order {
  readonly id: string
  readonly customer: {
    readonly name: string
    readonly email: string
    readonly address: { readonly city: string; readonly country: string }
  }
  readonly currency: string
  readonly placed: string
  readonly lines: readonly { readonly sku: string; readonly text: string; readonly quantity: number; readonly price: number }[]
}

export const map = (order: Order): unknown => ({
  orderId: order.id,
  buyer: order.customer.name,
  mail: order.customer.email,
  city: order.customer.address.city,
  country: order.customer.address.country,
  currency: order.currency,
  total: order.lines.reduce((sum, line) => sum + line.quantity * line.price, 0),
  items: order.lines.map(line => ({ article: line.sku, count: line.quantity })),
})

/** One kilobyte of it. */
export const order: Order = {
  id: 'A-2013-0903',
  customer: { name: 'Ada Lovelace', email: 'ada@example.com', address: { city: 'London', country: 'GB' } },
  currency: 'EUR',
  placed: '2013-09-03T10:00:00Z',
  lines: Array.from({ length: 10 }, (_, at) => ({
    sku: `SKU-${1000 + at}`,
    text: `a thing of kind ${at}, in blue`,
    quantity: at + 1,
    price: 2.5 * (at + 1),
  })),
}

/** The same as a step. */
export const transform = `      - transform:
          orderId: \${{ id }}
          buyer: \${{ customer.name }}
          mail: \${{ customer.email }}
          city: \${{ customer.address.city }}
          country: \${{ customer.address.country }}
          currency: \${{ currency }}
          total: \${{ $sum(lines.(quantity * price)) }}
          items: |
            \${{ [lines.{ "article": sku, "count": quantity }] }}
`

export const pipeline = `pipelines:
  order:
    channels:
      - http: { path: /order, method: POST }
        format: json
        security: none
    steps:
${transform}`
