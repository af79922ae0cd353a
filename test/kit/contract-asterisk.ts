/**
 * The Asterisk of the contract suite, and a second one that is its outside world: the least configuration that gives ARI, a
 * trunk, and phones of every temper.
 *
 * Both have the same configuration. The PJSIP endpoint `peer` leads to the other over real SIP, and the dialplan there plays the
 * phone that its extension names. (An Asterisk that called itself stood still for seconds once in some hundred calls.)
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Asterisk } from '../../scripts/lib/asterisk.ts'

export type ContractPorts = {
  readonly http: number
  readonly sip: number
  /** Where the other one listens. */
  readonly peerSip: number
  readonly rtpFrom: number
  readonly rtpTo: number
}
export const contractLogin = { user: 'contract', password: 'contract-only' } as const

const modules = `
app_dial app_echo app_playback app_senddtmf app_stasis app_verbose
bridge_builtin_features bridge_holding bridge_native_rtp bridge_simple bridge_softmix
chan_pjsip codec_alaw codec_gsm codec_ulaw format_gsm format_pcm
func_callerid func_channel func_global func_pjsip_aor func_pjsip_contact func_pjsip_endpoint func_strings func_uri
pbx_config res_ari res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels res_ari_endpoints
res_ari_events res_ari_model res_ari_playbacks res_http_websocket res_musiconhold
res_pjproject res_pjsip res_pjsip_caller_id res_pjsip_dtmf_info res_pjsip_endpoint_identifier_ip
res_pjsip_endpoint_identifier_user res_pjsip_header_funcs res_pjsip_pubsub res_pjsip_registrar res_pjsip_rfc3326
res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk res_sorcery_astdb res_sorcery_config res_sorcery_memory
res_stasis res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop res_timing_timerfd res_websocket_client`

/** What the far end does, by the extension that is dialled: see `contract-world`. */
const dialplan = `
[far-end]
exten => answers,1,Answer()
 same => n,Wait(600)
exten => answersAndHangsUp,1,Answer()
 same => n,Wait(0.5)
 same => n,Hangup(16)
exten => presses,1,Answer()
 same => n,Wait(0.3)
 same => n,SendDTMF(12#)
 same => n,Wait(600)
exten => rings,1,Ringing()
 same => n,Wait(600)
exten => silent,1,Wait(600)
exten => busy,1,Busy(1)
exten => declines,1,Hangup(21)
exten => absent,1,Hangup(20)
exten => 12345,1,Stasis(switchboard,inbound,\${UNIQUEID})
 same => n,Hangup(38)
[caller]
exten => talks,1,Wait(600)
exten => presses,1,Wait(0.3)
 same => n,SendDTMF(12#)
 same => n,Wait(600)
`

const files = (ports: ContractPorts): Record<string, string> => ({
  'asterisk.conf': `
[options]
systemname = contract
live_dangerously = no
`,
  'modules.conf': `[modules]\nautoload=no\n${modules
    .trim()
    .split(/\s+/)
    .map((name) => `load=${name}.so\n`)
    .join('')}`,
  'http.conf': `
[general]
enabled=yes
bindaddr=127.0.0.1
bindport=${ports.http}
sessionlimit=1000
`,
  'ari.conf': `
[general]
enabled=yes
websocket_write_timeout=3000
[${contractLogin.user}]
type=user
read_only=no
password=${contractLogin.password}
`,
  'pjsip.conf': `
[global]
type=global
endpoint_identifier_order=ip,username
[system]
type=system
; As asterisk-config/pjsip.conf says why.
taskpool_minimum_size=32
taskpool_initial_size=32
[udp]
type=transport
protocol=udp
bind=127.0.0.1:${ports.sip}
[peer]
type=endpoint
context=far-end
disallow=all
allow=alaw
aors=peer
direct_media=no
[peer]
type=aor
contact=sip:127.0.0.1:${ports.peerSip}
[peer]
type=identify
endpoint=peer
match=127.0.0.1
[away]
type=endpoint
context=far-end
disallow=all
allow=alaw
aors=away
[away]
type=aor
max_contacts=1
`,
  'extensions.conf': dialplan,
  'musiconhold.conf': '[default]\nmode=files\ndirectory=/usr/share/asterisk/sounds/en\n',
  'rtp.conf': `[general]\nrtpstart=${ports.rtpFrom}\nrtpend=${ports.rtpTo}\n`,
  'logger.conf': '[general]\n[logfiles]\nmessages.log => notice,warning,error\n',
  'indications.conf':
    '[general]\ncountry=us\n[us]\ndescription=US\nringcadence=2000,4000\ndial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\ncongestion=480+620/250,0/250\n',
})

/** Asterisk warns of each of these that is missing. */
const empty = [
  'acl',
  'ccss',
  'cdr',
  'cel',
  'codecs',
  'dsp',
  'features',
  'manager',
  'pjproject',
  'sorcery',
  'stasis',
  'udptl',
  'websocket_client',
]

/** `start`: from the private root, or as a container. */
export function startContractAsterisk(
  start: (how: { dir: string; etc: string; name: string }) => Promise<Asterisk>,
  dir: string,
  ports: ContractPorts,
): Promise<Asterisk> {
  const etc = join(dir, 'etc')
  mkdirSync(etc, { recursive: true })
  for (const [name, text] of Object.entries(files(ports))) writeFileSync(join(etc, name), text)
  for (const name of empty) writeFileSync(join(etc, `${name}.conf`), '')
  return start({ dir, etc, name: 'contract-asterisk' })
}
