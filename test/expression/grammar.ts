import fc from 'fast-check'

/** Names that inputs and expressions share, so that paths find something. */
const names = ['a', 'b', 'c', 'd'] as const
const variables = ['$x', '$y'] as const

/** JSON inputs in which the expressions of `expressions` find values of every kind. */
export const inputs: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    {
      arbitrary: fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(0.5, 1e21, 'x', 'y', 'b', '', '10', true, false, null)),
      weight: 3,
    },
    { arbitrary: tie('list'), weight: 2 },
    { arbitrary: tie('object'), weight: 4 },
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom(...names, '1', 'b-c'), tie('value'), { maxKeys: 4 }).map(object => ({ ...object })),
  root: fc.oneof(tie('object'), { arbitrary: tie('list'), weight: 1 }, { arbitrary: fc.array(tie('object'), { maxLength: 4 }), weight: 2 }),
})).root

/** Texts of expressions, nested up to `depth`. */
export function expressions(depth: number): fc.Arbitrary<string> {
  const levels: fc.Arbitrary<string>[] = [fc.oneof(literals, fc.constantFrom(...names), fc.constantFrom('$', '$$', '*', ...variables))]
  for (let level = 1; level <= depth; level += 1) levels.push(compound(levels[level - 1] ?? literals))
  return levels[depth] ?? literals
}

const literals = fc.constantFrom('0', '1', '2', '-1', '0.5', '10', '"x"', '"b"', '""', 'true', 'false', 'null', '[]', '{}')
const name = fc.constantFrom(...names)

function compound(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: inner, weight: 2 },
    { arbitrary: path(inner), weight: 8 },
    { arbitrary: operation(inner), weight: 5 },
    { arbitrary: structure(inner), weight: 4 },
    { arbitrary: call(inner), weight: 5 },
    { arbitrary: higher(inner), weight: 4 },
    { arbitrary: tuple(inner), weight: 3 },
    { arbitrary: block(inner), weight: 3 },
    { arbitrary: transform(inner), weight: 1 },
  )
}

// the package copies the left side of `??` and loses its regular expressions, which never ends
const withoutRegex = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> => inner.filter(text => !text.includes('/['))

function path(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const step = fc.oneof(
    { arbitrary: name, weight: 6 },
    { arbitrary: fc.constantFrom('*', '**', '$', '`b-c`', '"a"'), weight: 1 },
    { arbitrary: inner.map(text => `(${text})`), weight: 2 },
    { arbitrary: fc.array(inner, { minLength: 1, maxLength: 2 }).map(items => `[${items.join(', ')}]`), weight: 1 },
    { arbitrary: fc.tuple(name, inner).map(([key, value]) => `{"${key}": ${value}}`), weight: 1 },
    { arbitrary: fc.constantFrom('$count($)', '$string()', '$keys()', '$type($)', '$exists(a)'), weight: 1 },
  )
  const behind = fc.oneof(
    { arbitrary: fc.constant(''), weight: 6 },
    { arbitrary: fc.constantFrom('[0]', '[-1]', '[]', '[[0, 1]]', '[0][]'), weight: 1 },
    { arbitrary: inner.map(text => `[${text}]`), weight: 2 },
    { arbitrary: fc.tuple(name, fc.constantFrom('=', '>', '!=')).map(([key, operator]) => `[${key} ${operator} 1]`), weight: 1 },
  )
  const steps = fc.array(
    fc.tuple(step, behind).map(([one, after]) => one + after),
    { minLength: 1, maxLength: 3 },
  )
  const start = fc.constantFrom('', '', '', '', '$.', '$$.', '$x.')
  const end = fc.oneof(
    { arbitrary: fc.constant(''), weight: 8 },
    { arbitrary: fc.tuple(fc.constantFrom('<', '>', ''), name).map(([order, key]) => `^(${order}${key})`), weight: 1 },
    { arbitrary: fc.tuple(inner, inner).map(([key, value]) => `{$string(${key}): ${value}}`), weight: 1 },
  )
  return fc.tuple(start, steps, end).map(([from, all, to]) => from + all.join('.') + to)
}

function operation(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const operators = fc.constantFrom('+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in')
  return fc.oneof(
    fc.tuple(inner, operators, inner).map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    fc.tuple(inner, inner, inner).map(([condition, yes, no]) => `((${condition}) ? (${yes}) : (${no}))`),
    fc
      .tuple(withoutRegex(inner), fc.constantFrom('??', '?:'), inner)
      .map(([left, operator, right]) => `((${left}) ${operator} (${right}))`),
    inner.map(text => `-(${text})`),
  )
}

function structure(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc.array(inner, { maxLength: 3 }).map(items => `[${items.join(', ')}]`),
    fc.tuple(inner, inner).map(([first, second]) => `{"a": ${first}, "b": ${second}}`),
    fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: 0, max: 4 })).map(([from, to]) => `[${from}..${to}]`),
    fc.tuple(inner, inner).map(([value, key]) => `(${value}){$string(${key}): $}`),
  )
}

function call(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const one = fc.constantFrom(
    ...[
      '$sum',
      '$count',
      '$max',
      '$min',
      '$average',
      '$string',
      '$length',
      '$uppercase',
      '$trim',
      '$number',
      '$floor',
      '$abs',
      '$boolean',
      '$not',
    ],
    ...[
      '$keys',
      '$spread',
      '$merge',
      '$reverse',
      '$distinct',
      '$exists',
      '$type',
      '$sort',
      '$round',
      '$sqrt',
      '$base64encode',
      '$encodeUrl',
      '$join',
    ],
  )
  const two = fc.constantFrom(
    '$append',
    '$substring',
    '$contains',
    '$split',
    '$join',
    '$zip',
    '$lookup',
    '$power',
    '$pad',
    '$substringBefore',
    '$formatBase',
  )
  return fc.oneof(
    { arbitrary: fc.tuple(one, inner).map(([called, value]) => `${called}(${value})`), weight: 4 },
    { arbitrary: fc.tuple(two, inner, inner).map(([called, first, second]) => `${called}(${first}, ${second})`), weight: 2 },
    { arbitrary: fc.tuple(inner, one).map(([value, called]) => `(${value}) ~> ${called}`), weight: 1 },
    { arbitrary: fc.tuple(inner, two, inner).map(([value, called, second]) => `(${value}) ~> ${called}(${second})`), weight: 1 },
    { arbitrary: inner.map(value => `$replace($string(${value}), "x", "y")`), weight: 1 },
    { arbitrary: inner.map(value => `$match($string(${value}), /[xb]+/)`), weight: 1 },
    { arbitrary: inner.map(value => `$replace($string(${value}), /[a-c](x|y)?/, "<$1>")`), weight: 1 },
    { arbitrary: inner.map(value => `$split($string(${value}), /[,:]/, 3)`), weight: 1 },
    { arbitrary: inner.map(value => `$formatNumber($count(${value}), "#,##0.00")`), weight: 1 },
  )
}

function higher(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const lambda = fc.oneof(
    inner.map(body => `function($x) { ${body} }`),
    inner.map(body => `function($x, $y) { ${body} }`),
    inner.map(body => `function($x) { $string($x) & $string(${body}) }`),
  )
  const called = fc.constantFrom('$map', '$filter', '$each', '$sift', '$single')
  return fc.oneof(
    { arbitrary: fc.tuple(called, inner, lambda).map(([function_, value, body]) => `${function_}(${value}, ${body})`), weight: 3 },
    { arbitrary: fc.tuple(inner, inner).map(([value, body]) => `$reduce(${value}, function($x, $y) { ${body} })`), weight: 1 },
    { arbitrary: fc.tuple(inner, name).map(([value, key]) => `$sort(${value}, function($x, $y) { $x.${key} > $y.${key} })`), weight: 1 },
    { arbitrary: fc.tuple(lambda, inner).map(([body, value]) => `(${body})(${value})`), weight: 1 },
    {
      arbitrary: fc
        .tuple(inner, fc.constantFrom('$string', '$keys', '$count', '$type'))
        .map(([value, named]) => `$map(${value}, ${named})`),
      weight: 1,
    },
    { arbitrary: fc.tuple(inner, inner).map(([first, second]) => `(function($x, $y) { [$x, $y] })(?, ${first})(${second})`), weight: 1 },
  )
}

function tuple(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const step = fc.tuple(name, fc.constantFrom('@$x', '#$y', '@$x#$y', '', '')).map(([key, bound]) => key + bound)
  const end = fc.oneof(
    fc.constant('{"p": $x, "q": $y}'),
    inner.map(text => `(${text})`),
    name,
    fc.constantFrom('%', '%.a', '%.%.b', '{"p": %.a, "q": $}'),
  )
  const behind = fc.oneof(
    { arbitrary: fc.constant(''), weight: 4 },
    fc.constantFrom('[$y = 0]', '[$x.a = a]', '[0]', '[%.a = 1]', '^(a)', '^(>$x.a)'),
  )
  return fc
    .tuple(fc.array(step, { minLength: 1, maxLength: 3 }), behind, end)
    .map(([steps, after, last]) => `${steps.join('.')}${after}.${last}`)
}

function block(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc.tuple(inner, inner).map(([value, rest]) => `($x := ${value}; ${rest})`),
    fc.tuple(inner, inner, inner).map(([value, first, second]) => `($y := ${value}; [${first}, ($x := $y; ${second})])`),
    fc.tuple(inner, inner).map(([value, rest]) => `($f := function($x) { ${rest} }; $f(${value}))`),
  )
}

function transform(inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc.tuple(inner, name, inner).map(([value, where, update]) => `(${value}) ~> |${where}|{"d": ${update}}|`),
    fc.tuple(name, name).map(([where, key]) => `$ ~> |${where}|{}, "${key}"|`),
  )
}
