import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, '../../../asterisk-config')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
/** Lines that say something: comments are for people. */
const settings = (name: string) =>
  read(name)
    .split('\n')
    .filter((row) => /^\s*[^;\s]/.test(row))

describe("Asterisk's configuration", () => {
  it('loads an allow-list of at most 80 modules, each once', () => {
    expect(settings('modules.conf')).toContain('autoload = no')
    const modules = settings('modules.conf').filter((row) => row.startsWith('load = '))
    expect(modules.length).toBeLessThanOrEqual(80)
    expect(new Set(modules).size).toBe(modules.length)
  })

  it('lets nobody in without a name, and lets no phone transfer', () => {
    const lines = settings('pjsip.conf')
    expect(lines).toContain('endpoint_identifier_order = ip,username')
    expect(lines.join('\n')).not.toMatch(/anonymous/)
    expect(lines).toContain('allow_transfer = no')
    expect(settings('modules.conf').join('\n')).not.toMatch(/identifier_anonymous/)
  })

  it('has a-law only and all media here', () => {
    const lines = settings('pjsip.conf')
    expect(lines.filter((row) => /^(dis)?allow = /.test(row))).toEqual(['disallow = all', 'allow = alaw'])
    expect(lines).toContain('direct_media = no')
  })

  it('has no pattern in the dialplan, and no way from outside to a dialling application', () => {
    const lines = settings('extensions.conf')
    expect(lines.filter((row) => /^exten\s*=>\s*_/.test(row))).toEqual([])
    expect(lines.join('\n')).not.toMatch(/\b(Dial|Originate|System|TrySystem|AGI|Transfer)\(/)
    expect(lines.filter((row) => row.startsWith('include'))).toEqual(['include => our-numbers'])
  })

  it('hands no caller to a switchboard without a heartbeat, and loses none to one that is away', () => {
    const lines = settings('extensions.conf').map((row) => row.replace(/^ same => n,|^ same => n/, ''))
    const stasis = lines.findIndex((row) => row.startsWith('Stasis('))
    expect(lines.filter((row) => row.includes('Stasis('))).toHaveLength(1)
    expect(lines[stasis - 2]).toMatch(/^\(enter\),GotoIf\(.*HEARTBEAT.*\?net,s,1\)$/)
    expect(lines[stasis - 1]).toBe('Set(GLOBAL(NET_FIRST)=)')
    expect(lines[stasis + 1]).toMatch(/FAILED"\]\?net,s,1\)$/)
    expect(lines[lines.indexOf('[net]') + 1]).toMatch(/ENTRY_KIND\}" = "canary"\]\?canary,s,lost\)$/)
    expect(settings('logger.conf')).toContain('queue_log = no')
    expect(settings('queues.conf')).toEqual(expect.arrayContaining(['[net]', 'ringinuse = no']))
    expect(settings('pjsip.conf')).toContain('device_state_busy_at = 1')
  })

  it('keeps ARI away from strangers and its slow readers away from SIP', () => {
    expect(settings('ari.conf')).toEqual(
      expect.arrayContaining(['deny = 0.0.0.0/0,::/0', 'password_format = crypt', 'websocket_write_timeout = 3000']),
    )
    expect(settings('http.conf')).toContain('sessionlimit = 1000')
    expect(settings('pjsip.conf')).toContain('taskprocessor_overload_trigger = pjsip_only')
  })

  it('holds no secret itself', () => {
    for (const name of readdirSync(folder)) {
      for (const row of settings(name)) {
        if (/^\s*(password|secret)\s*=/.test(row)) expect(row).toMatch(/=\s*\{\{\w+\}\}$/)
      }
    }
  })
})
