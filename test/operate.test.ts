import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { adminRoutes } from '../engine/admin/routes.ts'
import { explanations } from '../engine/config/explanations.ts'
import { codes } from '../engine/core/errors.ts'
import { settingNames } from '../engine/settings.ts'

const docs = new URL('../docs/', import.meta.url)
const page = readFileSync(new URL('operate.md', docs), 'utf8')
const rows = page.split('\n').filter(line => line.startsWith('| '))

for (const { variable, byDefault, ...more } of Object.values(settingNames))
  test(`the guide of operation says what ${variable} is, with its flag and its default`, () => {
    const row = rows.find(line => line.startsWith(`| \`${variable}\``)) ?? ''
    const [, flag, usual] = row.split(' | ')
    if (!('flag' in more)) assert.match(flag ?? row, /^`--[a-z]+`/)
    assert.equal(usual ?? row, byDefault === '' ? 'none' : `\`${byDefault}\``)
  })

for (const { method, path } of adminRoutes)
  test(`the guide of operation has ${method} ${path}`, () => {
    assert.match(page, new RegExp(`\`${method} ${path.replaceAll(/:(\w+)/g, '\\{$1\\}')}\``))
  })

test('its trouble shooting has every code of the table of errors, with its status, and no other', () => {
  const shown = rows.flatMap(line => {
    const [names = '', statuses = ''] = line.slice(2).split(' | ')
    const found = [...names.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, name = '']) => name)
    return found.filter(name => !name.startsWith('SLUICE') && !name.startsWith('SIG')).map(name => [name, statuses] as const)
  })
  assert.deepEqual(shown.map(([name]) => name).sort(), Object.keys(codes).sort())
  for (const [name, statuses] of shown) {
    const row = Object.entries(codes).find(([code]) => code === name)?.[1]
    assert.ok(name === 'REFUSED' || statuses.split(', ').includes(String(row?.status)), `${name} ${statuses}`)
  }
})

test('every finding that it names is one', () => {
  const named = rows
    .flatMap(line => [...(/^\| `([a-z]+(?:-[a-z]+)*)` \|/.exec(line)?.slice(1) ?? [])])
    .filter(name => name.includes('-') || name === 'plugin')
  assert.ok(named.length >= 4, named.join())
  assert.deepEqual(
    named.filter(name => !Object.hasOwn(explanations, name)),
    [],
  )
})

test('its links and its table of contents lead somewhere', () => {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => `#${text.toLowerCase().replaceAll(' ', '-')}`)
  for (const [, target = ''] of page.matchAll(/\]\(([^)]+)\)/g))
    assert.ok(target.startsWith('#') ? headings.includes(target) : existsSync(new URL(target, docs)), target)
})
