import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settings, unknownSettings } from '../../../scripts/lib/settings.ts'

test('a name that is no setting is told, and nothing else', () => {
  expect(unknownSettings({ HOTLINE_NET_AFTR_S: '5', HOTLINE_NET_AFTER_S: '5', PATH: '/bin' })).toEqual([
    'HOTLINE_NET_AFTR_S',
  ])
})

test('README.md tells of every setting', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8')
  const [, table = ''] = /^## Configure\n([\s\S]*?)^## /m.exec(readme) ?? []
  const rows = table.split('\n').filter((row) => row.startsWith('| `HOTLINE_'))
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(?:HOTLINE)?_(\w+)`/g)].map(([, name]) => `HOTLINE_${name}`),
  )
  expect(named.toSorted()).toEqual(settings.toSorted())
})
