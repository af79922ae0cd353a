import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, faultsOf, hostAndPort, readConfig } from '../../../src/platform/config.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hl-config-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const secretOf = (text: string) => {
  const file = join(dir, 'secret')
  writeFileSync(file, text)
  return file
}

describe('configuration', () => {
  it('reads what a process asks for, secrets from their files', () => {
    const env = {
      HOTLINE_DATABASE_URL: 'postgres://hotline_app@127.0.0.1:5432/hotline',
      HOTLINE_DATABASE_PASSWORD_FILE: secretOf('0123456789abcdef\n'),
    }
    expect(readConfig(env, 'database', 'log')).toEqual({
      database: { url: env.HOTLINE_DATABASE_URL, password: '0123456789abcdef' },
      log: { level: 'info' },
    })
  })

  it('names every variable at fault, and what it should be', () => {
    const env = { HOTLINE_DATABASE_URL: 'mysql://x', HOTLINE_API_LISTEN: 'eighty', HOTLINE_LOG_LEVEL: 'loud' }
    expect(() => readConfig(env, 'database', 'api', 'log')).toThrow(
      new ConfigError(
        [
          'HOTLINE_DATABASE_URL cannot be "mysql://x": the database, a postgres or postgresql URL',
          'HOTLINE_DATABASE_PASSWORD_FILE is not set: name of a file that holds the secret',
          'HOTLINE_API_LISTEN cannot be "eighty": where the api listens, host:port',
          'HOTLINE_LOG_LEVEL cannot be "loud": trace, debug, info, warn, error, fatal, silent',
        ].join('\n'),
      ),
    )
  })

  it('refuses a secret that is missing or too short, and never shows it', () => {
    const url = { HOTLINE_REDIS_URL: 'redis://127.0.0.1:1' }
    expect(() => readConfig({ ...url, HOTLINE_REDIS_PASSWORD_FILE: join(dir, 'none') }, 'redis')).toThrow(/ENOENT/)
    const short = { ...url, HOTLINE_REDIS_PASSWORD_FILE: secretOf('geheim') }
    expect(() => readConfig(short, 'redis')).toThrow(/shorter than 16/)
    expect(() => readConfig(short, 'redis')).not.toThrow(/geheim/)
  })

  it('does not repeat a password that somebody put into a URL', () => {
    const env = {
      HOTLINE_REDIS_URL: 'reddis://:geheim@127.0.0.1:1',
      HOTLINE_REDIS_PASSWORD_FILE: secretOf('x'.repeat(20)),
    }
    expect(() => readConfig(env, 'redis')).not.toThrow(/geheim/)
  })

  it.each([
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    ['[::1]:8080', { host: '::1', port: 8080 }],
  ])('splits %s', (address, parts) => {
    expect(hostAndPort(address)).toEqual(parts)
  })
})

it('of all that is set, whoever it is for, each wrong one is named with what would be right', () => {
  expect(
    faultsOf({ HOTLINE_CANARY_S: '-1', HOTLINE_LOG_LEVEL: 'info', HOTLINE_MOST_CALLERS: 'abc', HOME: '/' }),
  ).toEqual([
    'HOTLINE_MOST_CALLERS cannot be "abc": a number above 0',
    'HOTLINE_CANARY_S cannot be "-1": a number of seconds',
  ])
})
