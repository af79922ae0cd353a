import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { promptLanguages, promptTexts } from '../../../src/platform/prompt-texts.ts'
import { keepSound, renderPrompts, type SpeechEngine } from '../../../src/platform/prompts.ts'

let dir = ''
let spoken: string[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hl-prompts-'))
  spoken = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const engine = (id = 'test/1'): SpeechEngine => ({
  id,
  speak: async (text) => {
    spoken.push(text)
    return Buffer.from(`${id} ${text}`.padEnd(1_000, '.'))
  },
})
const sound = (name: string) => readFileSync(join(dir, `${name}.alaw`), 'utf8').replace(/\.+$/, '')

describe('prompts', () => {
  it('renders a text once, and again only when it changes', async () => {
    expect(await renderPrompts(dir, { greeting: '您好', bye: '再见' }, engine())).toEqual({ rendered: 2 })
    expect(await renderPrompts(dir, { greeting: '您好', bye: '再见' }, engine())).toEqual({ rendered: 0 })
    expect(await renderPrompts(dir, { greeting: '早上好', bye: '再见' }, engine())).toEqual({ rendered: 1 })
    expect(spoken).toEqual(['您好', '再见', '早上好'])
    expect(sound('greeting')).toBe('test/1 早上好')
  })

  it('goes back to an old text without rendering', async () => {
    await renderPrompts(dir, { greeting: '您好' }, engine())
    await renderPrompts(dir, { greeting: '早上好' }, engine())
    expect(await renderPrompts(dir, { greeting: '您好' }, engine())).toEqual({ rendered: 0 })
    expect(sound('greeting')).toBe('test/1 您好')
  })

  it('renders anew with another voice', async () => {
    await renderPrompts(dir, { greeting: '您好' }, engine())
    await renderPrompts(dir, { greeting: '您好' }, engine('test/2'))
    expect(sound('greeting')).toBe('test/2 您好')
  })

  it('refuses a text that came out as nothing, and keeps what was there', async () => {
    await renderPrompts(dir, { greeting: '您好' }, engine())
    const dumb: SpeechEngine = { id: 'dumb', speak: async () => Buffer.alloc(0) }
    await expect(renderPrompts(dir, { greeting: '您好' }, dumb)).rejects.toThrow(/greeting.*0 ms/)
    expect(sound('greeting')).toBe('test/1 您好')
    expect(readdirSync(dir).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  it('keeps a recipe in a folder', async () => {
    await keepSound(dir, 'music/waiting', 'C major', async () => Buffer.from('tune'))
    expect(readlinkSync(join(dir, 'music/waiting.alaw'))).toMatch(/^\.\.\/store\//)
    expect(sound('music/waiting')).toBe('tune')
  })
})

it('has every prompt in every language, and a sign for every character of a ticket number', () => {
  for (const [name, text] of Object.entries(promptTexts)) {
    for (const language of promptLanguages) expect(text[language], name).not.toBe('')
  }
  for (const sign of '0123456789') expect(promptTexts).toHaveProperty(`digit-${sign}`)
  for (const sign of 'abcdefghijklmnopqrstuvwxyz') expect(promptTexts).toHaveProperty(`letter-${sign}`)
})
