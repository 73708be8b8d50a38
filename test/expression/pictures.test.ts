import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import jsonata from 'jsonata'
import { SluiceError } from '../../engine/core/errors.ts'
import { compile } from '../../engine/expression/expression.ts'
import { integerPicture } from '../../engine/expression/pictures/integer.ts'
import { numberPicture } from '../../engine/expression/pictures/number.ts'
import { timeReader } from '../../engine/expression/pictures/read-time.ts'
import { timePicture } from '../../engine/expression/pictures/write-time.ts'

// ORACLE_PAIRS=1000000 node --test test/expression/pictures.test.ts
const pairs = Math.ceil(Number(process.env['ORACLE_PAIRS'] ?? 10_000) / 4)
const seed = Number(process.env['ORACLE_SEED'] ?? 20_240_607)

const letters = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...alphabet), { maxLength }).map(all => all.join(''))
const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map(all => all.join(''))

const numberPictures = fc.oneof(
  {
    arbitrary: fc.constantFrom('0', '00', '0000', '#,##0.00', '0.00', '#', '#.#', '#0%', '0.0‰', '000,000', '0e0', '$#,##0.00;($#,##0.00)'),
    weight: 3,
  },
  {
    arbitrary: joined(
      letters('€ x', 2),
      letters('#,', 3),
      letters('0,9', 4),
      letters('.', 1),
      letters('0', 3),
      letters('#', 3),
      letters('%‰ ex', 1),
    ),
    weight: 4,
  },
  { arbitrary: joined(letters('#0,.', 6), fc.constantFrom(';', ''), letters('-(#0.', 4)), weight: 1 },
)
const numbers = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer(),
  fc.integer({ min: -100_000, max: 100_000 }).map(value => value / 200),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map(value => value / 1000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e7, max: 1e7, noNaN: true }),
  fc.constantFrom(0, -0, 0.5, 1.5, 2.5, -0.4, 0.1 + 0.2, 1.005, 1e15, 999_999_999_999_999, 999_999_999_999, 1e21, 1e-7, 5e-324, 1.7e308),
)
const integerPictures = fc.oneof(
  fc.constantFrom('0', '000', '#,##0', '0,000,000', 'I', 'w', 'A', '0;o', '#'),
  joined(letters('#,', 3), letters('0,.', 4), letters('0', 1)),
)
const widths = fc.constantFrom('', '', '', ',2', ',2-2', ',3-3', ',*-3', ',4', ',1-1', ',*')
const marker = fc
  .tuple(
    fc.constantFrom(...'YMDdFHhmsfPZzCEWXQ'),
    fc.constantFrom('', '', '1', '01', '001', '0001', '#1', 'N', 'n', 'Nn', 'NN', '1o', '01:01t', 'I'),
    widths,
  )
  .map(([component, shown, width]) => `[${component}${shown}${width}]`)
const timePictures = fc.oneof(
  fc
    .array(fc.oneof(marker, fc.constantFrom('-', ':', ' ', 'T', '[[', ']]', 'at', '')), { minLength: 1, maxLength: 8 })
    .map(parts => parts.join('')),
  fc.constantFrom(
    '[Y0001]-[M01]-[D01]',
    '[D] [MNn,3-3] [Y]',
    '[FNn], [D1] [MNn] [Y0001] [h]:[m01] [PN]',
    '[Y',
    '[H01][m01][s01]',
    '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001]',
  ),
)
const instants = fc.oneof(
  fc.integer({ min: -2_208_988_800_000, max: 4_102_444_800_000 }),
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.constantFrom(0, -1, 951_782_400_000, 1e17, 1_700_000_000_123.7),
)
const readable = fc
  .tuple(
    fc.shuffledSubarray(['[Y0001]', '[M01]', '[D01]', '[H01]', '[m01]', '[s01]', '[f001]', '[Y]', '[D1]', '[h]', '[P]', '[MNn]'], {
      minLength: 3,
    }),
    fc.constantFrom('-', '', '/', ' T '),
    fc.nat(3),
  )
  .map(([markers, separator, more]) => markers.slice(0, 3 + more).join(separator))
const ordered = fc
  .tuple(fc.constantFrom('-', '', '.', ' '), fc.nat(4), fc.boolean())
  .map(([separator, more, last]) =>
    [
      ...(last ? ['[D01]', '[M01]', '[Y0001]'] : ['[Y0001]', '[M01]', '[D01]']),
      ...['[H01]', '[m01]', '[s01]', '[f001]'].slice(0, more),
    ].join(separator),
  )

describe(`a picture that is written in the expression gives what the package gives (${pairs} pairs each, seed ${seed})`, () => {
  test('$formatNumber', () => agree('$formatNumber(x, PICTURE)', numberPictures, numbers, numberPicture))
  test('$formatInteger', () => agree('$formatInteger(x, PICTURE)', integerPictures, numbers, integerPicture))
  test('$fromMillis', () => agree('$fromMillis(x, PICTURE)', timePictures, instants, timePicture))
  test('$fromMillis at an offset', () =>
    agree('$fromMillis(x, PICTURE, y = "" ? "-0330" : y = "1" ? "+0545" : "900")', timePictures, instants, timePicture))
  test('$toMillis', () => agree('$toMillis($fromMillis(x, PICTURE) & y, PICTURE)', fc.oneof(ordered, readable), instants, timeReader))
})

/** The same value, or the same code of an error; a quarter of the pictures at least are compiled by `compiled`. */
async function agree(
  template: string,
  pictures: fc.Arbitrary<string>,
  values: fc.Arbitrary<number>,
  compiled: (picture: string) => unknown,
): Promise<void> {
  let ours = 0
  const property = fc.asyncProperty(pictures, values, fc.constantFrom('', '', '', '1', ' '), async (picture, x, y) => {
    if (compiled(picture) !== undefined) ours += 1
    const source = template.replaceAll('PICTURE', JSON.stringify(picture))
    assert.deepEqual(answer(source, { x, y }), await theirs(source, { x, y }), `${source} of ${x}`)
  })
  await fc.assert(property, { numRuns: pairs, seed })
  assert.ok(ours > pairs / 4, `only ${ours} pictures were compiled`)
}

const answer = (source: string, body: unknown): unknown => {
  const { expression } = compile(source)
  assert.ok(expression)
  try {
    return expression.evaluate(body, { get: () => undefined })
  } catch (error) {
    assert.ok(error instanceof SluiceError && error.cause instanceof Error && 'code' in error.cause)
    return `error ${String(error.cause.code)}`.replace(/U1000|D1011/, 'crash')
  }
}

async function theirs(source: string, body: unknown): Promise<unknown> {
  try {
    const value: unknown = await jsonata(source).evaluate(body)
    return typeof value === 'number' && Number.isNaN(value) ? null : value
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : 'crash'
    return `error ${String(code)}`
  }
}
