/** A small folder under test: pipelines that call a cache, one that catches, one that reads time and chance. */
export const rates = `connectors:
  rates:
    cache: "memory:"
pipelines:
  get-rate:
    steps:
      - call: rates.get
        with:
          key: \${{ day ?? 'today' }}
        as: rate
      - fail: { code: no-rate, status: 404 }
        when: \${{ $not($exists($rate)) }}
    reply:
      body:
        rate: \${{ $rate }}
  keep-rate:
    steps:
      - call: rates.set
        with:
          key: \${{ day }}
          value: \${{ rate }}
  guarded:
    steps:
      - call: rates.get
        with:
          key: a
        catch:
          - steps:
              - transform: caught
  marked:
    steps:
      - transform:
          id: \${{ $uuid() }}
          at: \${{ $now() }}
`

/** Those pipelines and these tests. */
export const files = (tests: string): Readonly<Record<string, string>> => ({
  'pipelines/rates.yaml': rates,
  'pipelines/rates.test.yaml': tests,
})
