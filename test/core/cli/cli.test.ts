/** The command line refuses what it does not know, before it does anything. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const cli = (...args: string[]) => cliOn('/nowhere/at/all', ...args)
const cliOn = (journal: string, ...args: string[]) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../../src/main/cli.ts'), ...args],
    {
      env: { HOTLINE_JOURNAL_DIR: journal },
      encoding: 'utf8',
    },
  )
  return [status, stderr.trim()]
}

test.for([
  [['migrate', 'extra'], 'migrate: takes no arguments: extra'],
  [['render-asterisk', '--bogus'], 'render-asterisk: "--bogus" is not known; it takes [--settings-only]'],
  [['journal', 'facts', '--call'], 'journal: journal takes verify | facts [--call <id>] | kept | replay: not "--call"'],
  [['journal', 'facts', 'a'], 'journal: journal takes verify | facts [--call <id>] | kept | replay: not "a"'],
  [
    ['journal', 'replay', '--call', 'a'],
    'journal: journal takes verify | facts [--call <id>] | kept | replay: not "--call a"',
  ],
  [
    ['journal', 'verify', '/elsewhere'],
    'journal: journal takes verify | facts [--call <id>] | kept | replay: not "/elsewhere"',
  ],
  [['refold', '--all', 'x'], 'refold: --all is every call: not "--all x"'],
  [['journal', 'look'], 'journal: "look" is none of verify, facts, kept, replay'],
] as const)('%s', ([args, complaint]) => {
  expect(cli(...args)).toEqual([1, complaint])
})

test('a command that is asked how it is used does nothing', () => {
  expect(cli('journal', '--help')).toEqual([0, ''])
  expect(cli('--help')).toEqual([0, ''])
})

test('a journal whose only segment was emptied is not called whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'segment-0000000001.log'), '')
  const complaint = `journal: no segment in ${folder} has begun: what stood there is gone, or its very first start was cut short`
  expect(cliOn(folder, 'journal', 'verify')).toEqual([1, complaint])
})
