import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compile } from '../../engine/expression/expression.ts'

const none = { get: (): undefined => undefined }

interface Case {
  readonly source: string
  readonly body?: unknown
  readonly want: unknown
}

const groups: Readonly<Record<string, readonly Case[]>> = {
  'hashes are hexadecimal SHA-256 unless said': [
    { source: '$hash("abc")', want: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
    { source: '$hash("abc", "md5")', want: '900150983cd24fb0d6963f7d28e17f72' },
    { source: '$hash("abc", "sha1", "base64")', want: 'qZk+NkcGgWq6PiVxeFDCbJzQ2J0=' },
    { source: '"abc" ~> $hash("sha1")', want: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
    { source: '$hash(missing)', want: undefined },
    { source: '$hmac("what do ya want for nothing?", "Jefe")', want: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' },
    { source: '$hmac("abc", "key", "sha1", "base64url")', want: 'T9CyFSdu8S8rPkyOysKBFJi2Vvw' },
  ],
  'base64url takes UTF-8 and pads nothing': [
    { source: '$base64url("é?>")', want: 'w6k_Pg' },
    { source: '$base64url("")', want: '' },
  ],
  'JSON in a text becomes a value': [
    { source: '$jsonParse("{\\"a\\": [1, null]}").a[0]', want: 1 },
    { source: 't.$jsonParse()', body: { t: '{"b": true}' }, want: { b: true } },
    { source: '$jsonParse(missing)', want: undefined },
  ],
  'dates are moved in the form they came in': [
    { source: '$dateAdd("2024-01-31", 1, "month")', want: '2024-02-29' },
    { source: '$dateAdd("2024-02-29", 1, "years")', want: '2025-02-28' },
    { source: '$dateAdd("2024-01-01", -1, "day")', want: '2023-12-31' },
    { source: '$dateAdd("2024-01-01", 36, "hours")', want: '2024-01-02T12:00:00.000Z' },
    { source: '$dateAdd("2024-03-31T23:30:00+02:00", 1, "month")', want: '2024-04-30T21:30:00.000Z' },
    { source: '$dateAdd(0, 2, "weeks")', want: 1_209_600_000 },
    { source: '$dateAdd(0, 1.5, "seconds")', want: 1500 },
    { source: '$dateAdd(missing, 1, "day")', want: undefined },
  ],
  'dates are written in a picture and a time zone, with its summer time': [
    { source: '$dateFormat("2024-07-01T10:00:00Z", "[H01]:[m01] [Z]", "Europe/Paris")', want: '12:00 +02:00' },
    { source: '$dateFormat("2024-01-01T10:00:00Z", "[H01]:[m01] [Z]", "Europe/Paris")', want: '11:00 +01:00' },
    { source: '$dateFormat("2024-01-01T10:00:00Z", "[D01] [H01]:[m01]", "Asia/Kolkata")', want: '01 15:30' },
    { source: '$dateFormat("2024-01-01T12:00:00Z", "[H01]:[m01] [Z]", "America/St_Johns")', want: '08:30 -03:30' },
    { source: '$dateFormat("2024-07-01T12:00:00Z", "[H01]:[m01] [Z]", "America/St_Johns")', want: '09:30 -02:30' },
    { source: '$dateFormat("2024-07-01T12:00:00Z", "[H01]:[m01] [z]", "America/New_York")', want: '08:00 GMT-04:00' },
    { source: '["UTC", "Asia/Tokyo"].$dateFormat("2024-07-01T12:00:00Z", "[H01][Z0001]", $)', want: ['12+0000', '21+0900'] },
    { source: '($p := "[H01] [Z]"; $dateFormat("2024-01-01T12:00:00Z", $p, "America/St_Johns"))', want: '08 -03:30' },
    { source: '$dateFormat("2024-01-01", "[Y0001]/[M01]/[D01]")', want: '2024/01/01' },
    { source: '$dateFormat(0)', want: '1970-01-01T00:00:00.000Z' },
    { source: '$dateFormat("2024-01-01T23:00:00Z", "[Y0001]-[M01]-[D01]", "UTC")', want: '2024-01-01' },
  ],
  'a picture is written in the call, in a variable, or behind a context': [
    { source: '$formatNumber(a, "#,##0.00")', body: { a: 1234.565 }, want: '1,234.56' },
    { source: '($p := "00"; $formatNumber(a, $p))', body: { a: 7 }, want: '07' },
    { source: 'a ~> $formatNumber("0.0%")', body: { a: 0.125 }, want: '12.5%' },
    { source: 'a.$formatNumber("00")', body: { a: 7 }, want: '07' },
    { source: 'a.$fromMillis("[Y]")', body: { a: 0 }, want: '1970' },
    { source: '$formatNumber(a, "0 00", {"grouping-separator": " "})', body: { a: 1234 }, want: '12 34' },
    { source: '$formatNumber(a, "00")', want: undefined },
    { source: '$fromMillis(a, "[H01]:[m01] [Z]", "+0530")', body: { a: 0 }, want: '05:30 +05:30' },
    { source: '$fromMillis(a)', body: { a: 1.7e12 }, want: '2023-11-14T22:13:20.000Z' },
    { source: '$toMillis(a, "[D01].[M01].[Y0001]")', body: { a: '06.05.2024' }, want: 1_714_953_600_000 },
    { source: '$toMillis(a, "[D01].[M01].[Y0001]")', body: { a: 'today' }, want: undefined },
  ],
  'replacements know their groups': [
    { source: '$replace("2024-05-06", /(\\d+)-(\\d+)-(\\d+)/, "$3.$2.$1")', want: '06.05.2024' },
    { source: '$replace("abc", /b/, "[$0] $$ $x")', want: 'a[b] $ $xc' },
    { source: '$replace("aaa", "a", "b", 2)', want: 'bba' },
    { source: '$replace("ab", /[ab]/, function($m) { $uppercase($m.match) })', want: 'AB' },
    { source: '$match("a1b22", /[a-z](\\d+)/, 1)', want: { match: 'a1', index: 0, groups: ['1'] } },
    { source: '$split("a, b;c", /[,;] ?/)', want: ['a', 'b', 'c'] },
    { source: '$contains("Hello", /hello/i)', want: true },
    { source: '$match("a\\nb", /^b/m).index', want: 2 },
  ],
  'text in a list is written as JSON': [
    { source: '$string({"a": [1.5, "x", null, true], "b": {}})', want: '{"a":[1.5,"x",null,true],"b":{}}' },
    { source: '$string({"a": [1]}, true)', want: '{\n  "a": [\n    1\n  ]\n}' },
    { source: '$string(a)', body: { a: 'say "hi"\n' }, want: 'say "hi"\n' },
    { source: '$string([a])', body: { a: 'say "hi"\n' }, want: '["say \\"hi\\"\\n"]' },
  ],
}
for (const [name, cases] of Object.entries(groups))
  describe(name, () => {
    for (const { source, body, want } of cases)
      test(source, () => assert.deepEqual(compile(source).expression?.evaluate(body ?? {}, none), want))
  })

const failures: readonly { readonly source: string; readonly body?: unknown; readonly message: RegExp }[] = [
  { source: '$hash(a, "sha3")', body: { a: '' }, message: /not an algorithm that can be used/ },
  { source: '$hash(a, "sha1", "octal")', body: { a: '' }, message: /unknown encoding/ },
  { source: '$jsonParse(a)', body: { a: '{' }, message: /^\$jsonParse was given text that is not JSON/ },
  { source: '$dateAdd(a, 1, "day")', body: { a: 'tomorrow' }, message: /^\$dateAdd was not given an ISO 8601 timestamp/ },
  { source: '$dateAdd(a, 1, "moon")', body: { a: 0 }, message: /unknown unit/ },
  { source: '$dateFormat(a, "[Y]", "Europe/Pari")', body: { a: 0 }, message: /unknown time zone/ },
  { source: '$toMillis(a)', body: { a: 'yesterday' }, message: /not ISO 8601/ },
  { source: '$decodeUrl(a)', body: { a: '%E0%A4%A' }, message: /^\$?decodeUrl was given a malformed text/ },
  { source: '$uppercase(a)', body: { a: 1 }, message: /^an argument of \$uppercase has the wrong type, at 1:1/ },
  { source: '$number(a)', body: { a: 'x' }, message: /cannot become a number/ },
  { source: '$formatNumber(1 / a, "0e0")', body: { a: 0 }, message: /out of range/ },
  { source: '$formatInteger(1 / a, "A")', body: { a: 0 }, message: /out of range/ },
  { source: '$formatBase(a, 99)', body: { a: 1 }, message: /between 2 and 36/ },
  { source: '$match(a, /b*/)', body: { a: 'xx' }, message: /matches an empty text/ },
  { source: '$replace(a, /x/, function($m) { 1 })', body: { a: 'x' }, message: /must be a text, not a number/ },
]
for (const { source, body, message } of failures)
  test(`${source} fails`, () => {
    const { expression } = compile(source)
    assert.ok(expression)
    assert.throws(() => expression.evaluate(body, none), { code: 'EXPRESSION', message })
  })
