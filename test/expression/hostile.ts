/** Expressions that would eat a gateway's time or memory if they could, each with a body where it needs one. */
export interface Hostile {
  readonly name: string
  readonly source: string
  readonly body?: () => unknown
}

const list = (size: number) => (): unknown => ({ a: Array.from({ length: size }, (_, index) => index) })
const text =
  (size: number, unit = 'a') =>
  (): unknown => ({ t: unit.repeat(size) })
const nested = (depth: number) => (): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = { a: [value] }
  return value
}

/** `($a := x; $a := [$a, $a]; …)`: shared parts make a tree that is cheap to build and endless to walk. */
const doubling = (turns: number, start: string, step: string, end: string): string =>
  `($a := ${start}; ${`$a := ${step};`.repeat(turns)} ${end})`

export const hostile: readonly Hostile[] = [
  { name: 'endless recursion', source: '($f := function($n) { 1 + $f($n) }; $f(1))' },
  { name: 'endless tail recursion', source: '($f := function($n) { $f($n + 1) }; $f(1))' },
  { name: 'mutual tail recursion', source: '($f := function($n) { $g($n) }; $g := function($n) { $f($n) }; $f(1))' },
  { name: 'recursion that branches', source: '($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))' },
  {
    name: 'Ackermann',
    source: '($k := function($m, $n) { $m = 0 ? $n + 1 : $n = 0 ? $k($m - 1, 1) : $k($m - 1, $k($m, $n - 1)) }; $k(4, 3))',
  },
  { name: 'recursion through $map', source: '($f := function($n) { $map([1, 2, 3], function($x) { $f($n + 1) }) }; $f(0))' },
  { name: 'the Y combinator', source: '($y := function($f) { $y($f) }; $y(function($x) { $x }))' },
  { name: 'a range of ten million', source: '[1..10000000]' },
  { name: 'a range of a billion', source: '[1..1000000000]' },
  { name: 'a range counted', source: '$count([1..9999999])' },
  { name: 'ranges in ranges', source: '[1..5000].[1..5000]' },
  { name: 'three ranges multiplied', source: '[1..1000].([1..1000].([1..1000].(1)))' },
  { name: 'a sum over a product', source: '$sum([1..3000].([1..3000].($)))' },
  {
    name: '$reduce that doubles a text',
    source: '$reduce([1..100], function($t) { $t }, "a") & $reduce([1..100], function($t, $i) { $t & $t }, "aaaaaaaaaaaaaaaa")',
  },
  { name: 'a text that doubles', source: doubling(60, '"aaaaaaaaaaaaaaaa"', '$a & $a', '$a') },
  { name: 'a text that is squared', source: doubling(12, '"aaaaaaaaaaaaaaaa"', '$replace($a, "a", $a)', '$a') },
  { name: '$pad to a billion', source: '$pad("a", 1000000000)' },
  { name: '$pad to a billion on the left', source: '$pad("a", -1000000000, "xyz")' },
  { name: '$pad again and again', source: '[1..1000].$pad("a", 1000000)' },
  { name: '$join of many', source: '$join([1..100000].("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "bbbbbbbbbbbbbbbbbbbbbbbbbbb")' },
  { name: 'lists shared sixty times, walked at the end', source: doubling(60, '1', '[[$a], [$a]]', '$a') },
  { name: 'objects shared, walked at the end', source: doubling(60, '1', '{"x": $a, "y": $a}', '$a') },
  { name: 'shared parts as text', source: doubling(60, '1', '{"x": $a, "y": $a}', '$string($a)') },
  {
    name: 'shared parts compared',
    source: `(${doubling(60, '1', '{"x": $a, "y": $a}', '$a')} = ${doubling(60, '1', '{"x": $a, "y": $a}', '$a')})`,
  },
  { name: 'shared parts searched', source: doubling(60, '1', '{"x": $a, "y": $a}', '$a.**') },
  { name: 'shared parts cloned', source: doubling(60, '1', '{"x": $a, "y": $a}', '$clone($a)') },
  { name: 'shared parts transformed', source: doubling(60, '1', '{"x": $a, "y": $a}', '$a ~> |**|{"z": 1}|') },
  { name: 'shared parts made distinct', source: doubling(40, '1', '{"x": $a, "y": $a}', '$distinct([$a, $a, {"x": $a, "y": 1}])') },
  { name: 'shared parts as a truth', source: doubling(60, '1', '[[$a], [$a]]', '$boolean($a)') },
  { name: 'shared parts spread', source: doubling(60, '1', '[[$a], [$a]]', '$spread($a)') },
  { name: 'shared parts under a wildcard', source: doubling(60, '1', '[[$a], [$a]]', '{"a": $a}.*') },
  { name: 'a list appended to itself', source: doubling(60, '[1, 2]', '$append($a, $a)', '$count($a)') },
  { name: 'distinct objects by the thousand', source: '$distinct([1..20000].{"a": $, "b": {"c": $}})' },
  { name: 'a sort by a costly term', source: '[1..5000]^($sum([1..5000]))' },
  { name: 'a sort with a costly function', source: '$sort([1..100000], function($a, $b) { $a < $b })' },
  { name: 'a join of everything with everything', source: 'a@$x.$$.a@$y.$$.a@$z.{"x": $x}', body: list(500) },
  { name: 'positions of a product', source: 'a#$i.$$.a#$j.$$.a#$k.($i + $j + $k)', body: list(500) },
  { name: 'parents of parents', source: 'a@$x.$$.a@$y[$x = $y and %.a]', body: list(3000) },
  { name: 'predicates on predicates', source: 'a[$$.a[$$.a[$ = 1]]]', body: list(2000) },
  { name: 'a group for every item', source: 'a{$string($): $$.a{$string($): $}}', body: list(3000) },
  { name: '** over **', source: '**.**.**.**', body: nested(60) },
  { name: 'a body nested a thousand deep, searched', source: '**', body: nested(1000) },
  { name: 'a body nested five thousand deep, as text', source: '$string($)', body: nested(5000) },
  { name: 'a regular expression with nested repeats', source: '$match(t, /(a+)+$/)', body: text(50_000, 'a!') },
  { name: 'a regular expression with nested repeats, ignoring case', source: '$contains(t, /(a+)+$/i)', body: text(100_000, 'ab') },
  { name: 'a regular expression with counted repeats', source: '$match(t, /^(a{1,10}){1,15}$/)', body: text(100_000) },
  { name: 'a regular expression that looks ahead to the end', source: '$match(t, /a.*b|a/)', body: text(30_000) },
  { name: 'a regular expression of many instructions', source: '$match(t, /[a-z]{2,900}!/)', body: text(200_000) },
  { name: 'a replacement by regular expression that grows', source: '$replace(t, /a/, "$0$0$0$0$0$0$0$0")', body: text(500_000) },
  { name: 'a split at every letter', source: '$split(t, "")', body: text(1_000_000) },
  { name: 'a split by a regular expression', source: '$split(t, /a/)', body: text(500_000) },
  {
    name: 'a matcher that never ends',
    source: '($m := function($t) { {"match": "a", "start": 0, "end": 1, "groups": [], "next": function() { $m($t) }} }; $match("a", $m))',
  },
  { name: 'a picture with a width of a billion', source: '$fromMillis(0, "[H,1000000000]")' },
  { name: 'a picture that reads in every way', source: `$toMillis(t, "${'[MN]a'.repeat(30)}")`, body: text(100, 'a') },
  { name: 'a picture of many digits', source: `$toMillis(t, "${'[Y#]'.repeat(45)}")`, body: text(100, '1') },
  { name: 'infinity in a picture', source: '$formatNumber(1 / t, "0e0")', body: () => ({ t: 0 }) },
  { name: 'infinity in letters', source: '$formatInteger(1 / t, "A")', body: () => ({ t: 0 }) },
  { name: 'a number in words', source: '$formatInteger(1e300, "w")' },
  { name: 'a large roman number', source: '$formatInteger(100000000, "I")' },
  {
    name: 'a signature that can be read in every way',
    source: `function($x)<${'x?'.repeat(40)}s>{ $x }(${Array.from({ length: 39 }, () => '1').join()})`,
  },
  { name: 'a signature of repeats', source: `function($x)<${'x+'.repeat(12)}s>{ $x }(${Array.from({ length: 500 }, () => '1').join()})` },
  { name: 'nested ??', source: `${'('.repeat(20)}a${' ?? b)'.repeat(20)}` },
  { name: 'nested brackets', source: `${'('.repeat(5000)}1${')'.repeat(5000)}` },
  { name: 'a long chain of additions', source: `1${'+1'.repeat(8000)}` },
  { name: 'a long chain of names', source: `a${'.a'.repeat(8000)}` },
  { name: 'a source of a megabyte', source: `"${'a'.repeat(1 << 20)}"` },
  { name: 'a function that makes functions', source: '($f := function($g) { $f(function($x) { $g($g($x)) }) }; $f(function($x) { $x }))' },
  { name: 'a chain of functions that doubles', source: doubling(40, 'function($x) { $x + 1 }', '$a ~> $a', '$a(1)') },
  { name: 'a hash again and again', source: '$reduce([1..100000], function($h, $i) { $hash($h & $i) }, "")' },
  { name: 'JSON read again and again', source: '[1..100].$jsonParse($$.t)', body: () => ({ t: `[${'[1],'.repeat(100_000)}1]` }) },
  { name: 'an encoding that grows', source: '[1..1000].$encodeUrlComponent($$.t)', body: text(300_000, 'é') },
  { name: '$zip of long lists', source: '$zip(a, a, a, a, a, a, a, a).($zip($$.a, $$.a))', body: list(50_000) },
]
