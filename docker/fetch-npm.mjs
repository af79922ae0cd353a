// Fetches npm itself into ./npm, from the registry that this machine's npm settings name, and refuses any other content
// than the pinned one. Debian's npm would do too, but brings 390 packages and two minutes.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const [version, integrity] = process.argv.slice(2)
const settings = new Map(
  readFileSync(process.env.NPM_CONFIG_USERCONFIG, 'utf8')
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
)
const registry = settings.get('registry').replace(/\/*$/, '/')
const token = settings.get(`${registry.replace(/^https?:/, '')}:_authToken`)

const answer = await fetch(`${registry}npm/-/npm-${version}.tgz`, token ? { headers: { authorization: `Bearer ${token}` } } : {})
if (!answer.ok) throw new Error(`the registry answered ${answer.status} when asked for npm ${version}`)
const archive = Buffer.from(await answer.arrayBuffer())
const found = `sha512-${createHash('sha512').update(archive).digest('base64')}`
if (found !== integrity) throw new Error(`npm ${version} has ${found}, not the pinned ${integrity}`)
mkdirSync('npm', { recursive: true })
writeFileSync('npm.tgz', archive)
execFileSync('tar', ['-xzf', 'npm.tgz', '-C', 'npm', '--strip-components=1'])
