/**
 * Addresses on this machine from which carrier, phones and partner lines call the published ports as if they came from
 * another machine. Loopback (127.0.0.0/8) would not do: the engine passes it through a proxy that hides who calls.
 *
 * 198.51.100.0/24 is set aside for documentation (RFC 5737): nobody has these addresses.
 */
import { printed, run } from '../kit/docker.ts'

export const hotlineAddress = '198.51.100.1'
export const roles = {
  carrier: '198.51.100.2',
  phones: '198.51.100.3',
  '12315': '198.51.100.4',
  '12333': '198.51.100.5',
  '12329': '198.51.100.6',
} as const

const addresses = [hotlineAddress, ...Object.values(roles)]
/** Calls that a container places are seen from outside as coming from the published address. Here "outside" is this same
 * machine, where the engine's own rule for that does not apply. */
const asFromOutside = [
  ...['INPUT', '--protocol', 'udp', '!', '--source', '198.51.100.0/24', '--destination', '198.51.100.0/24'],
  ...['--jump', 'SNAT', '--to-source', hotlineAddress],
]

export async function openStreet(): Promise<void> {
  await closeStreet()
  for (const address of addresses) await printed(['ip', 'address', 'add', `${address}/32`, 'dev', 'lo'])
  await printed(['iptables', '--wait', '--table', 'nat', '--append', ...asFromOutside])
}

/** Also what a killed run has left; it is no fault when nothing is there. */
export async function closeStreet(): Promise<void> {
  for (const address of addresses) await run(['ip', 'address', 'del', `${address}/32`, 'dev', 'lo'])
  while ((await run(['iptables', '--wait', '--table', 'nat', '--delete', ...asFromOutside])).code === 0);
}
