/**
 * A seccomp filter under which no UDP socket of IPv6 can be made.
 *
 * Asterisk's SIP stack opens a DNS resolver of its own at start (config_system.c), which nothing ever asks, for Asterisk puts another in
 * its place: two UDP sockets, bound to every interface, whose packets are parsed. No setting turns it off. Refused the second socket, it
 * closes the first, says `Could not create DNS resolver(120013), resorting to system resolution`, and goes on. We have no use for
 * IPv6: SIP and sound are bound to the IPv4 address that is configured.
 */
const [load, equals, and, answer] = [0x20, 0x15, 0x54, 0x06]
const arches = { x64: { audit: 0xc000003e, socket: 41 }, arm64: { audit: 0xc00000b7, socket: 198 } }
const [arch, call, domain, type] = [4, 0, 16, 24] // where they stand in struct seccomp_data
const [inet6, datagram, typeMask, accessDenied] = [10, 2, 0xf, 13]

/** [code, jump if so, jump if not, value], as the kernel's struct sock_filter. */
const program = [
  [load, 0, 0, arch],
  [equals, 0, 2, arches.x64.audit],
  [load, 0, 0, call],
  [equals, 3, 9, arches.x64.socket],
  [equals, 0, 8, arches.arm64.audit],
  [load, 0, 0, call],
  [equals, 0, 6, arches.arm64.socket],
  [load, 0, 0, domain],
  [equals, 0, 4, inet6],
  [load, 0, 0, type],
  [and, 0, 0, typeMask],
  [equals, 0, 1, datagram],
  [answer, 0, 0, 0x00050000 | accessDenied],
  [answer, 0, 0, 0x7fff0000],
] as const

export const noUdp6: Buffer = Buffer.concat(
  program.map(([code, yes, no, value]) => {
    const instruction = Buffer.alloc(8)
    instruction.writeUInt16LE(code, 0)
    instruction.writeUInt8(yes, 2)
    instruction.writeUInt8(no, 3)
    instruction.writeUInt32LE(value, 4)
    return instruction
  }),
)
