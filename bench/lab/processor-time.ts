/** How much processor time and memory a process has taken, as the kernel accounts for it. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of the kernel's interface to user space, fixed at 100 on Linux. */
const ticksASecond = 100

/** User and system time of a process since it began, with all its threads and its children, those that have ended too, ms. */
export function cpuMs(pid: number): number {
  // The second field is the program's name in brackets, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return (ticks * 1000) / ticksASecond + childrenOf(pid).reduce((sum, child) => sum + cpuMsOrNone(child), 0)
}

function childrenOf(pid: number): number[] {
  const lists = readdirSync(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/children`))
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}

/** A child may end while we look; its time is then its parent's. */
function cpuMsOrNone(pid: number): number {
  try {
    return cpuMs(pid)
  } catch {
    return 0
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // a thread that has ended meanwhile
  }
}

/** Resident set in MB (10^6 bytes), now. */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (Number(kib) * 1024) / 1e6
}

export type MachineTime = { readonly busyMs: number; readonly wholeMs: number }

/** Of all processors together since the machine started: busy, and busy or idle. */
export function machineTime(): MachineTime {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((ticks) => (Number(ticks) * 1000) / ticksASecond)
  const busyMs = user + nice + system + irq + soft + stolen
  return { busyMs, wholeMs: busyMs + idle + wait }
}
