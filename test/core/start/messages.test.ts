import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const scripts = join(import.meta.dirname, '../../../scripts')
const read = (name: string) => readFileSync(join(scripts, name), 'utf8')
const users = ['lib/root.sh', 'start', 'prepare', 'backup', 'restore', 'compose-backup', 'compose-restore', 'psql']
  .map(read)
  .join('\n')

/** Name and places of each text of one language. */
const listOf = (language: 'zh' | 'en') => {
  const block = new RegExp(`declare -A ${language}=\\(\\n([\\s\\S]*?)\\n\\)`).exec(read('lib/messages.sh'))?.[1] ?? ''
  return block.split('\n').map((line) => {
    const [, name = line, text = ''] = /^ {2}\[(\w+)\]=['"](.+)['"]$/.exec(line) ?? []
    return { name, places: text.split('%s').length - 1 }
  })
}

test('each text of the shell scripts is there in both languages, with the same places', () => {
  expect(listOf('en')).toEqual(listOf('zh'))
  expect(listOf('zh').length).toBeGreaterThan(20)
})

test('each text is used, and each that is used is there', () => {
  const used = [...new Set([...users.matchAll(/\$\(text (\w+)/g)].map(([, name]) => name))]
  expect(used.toSorted()).toEqual(
    listOf('zh')
      .map(({ name }) => name)
      .toSorted(),
  )
  expect(users).not.toMatch(/^[^#]*\b(say|give_up) ['"][A-Za-z]/m)
})
