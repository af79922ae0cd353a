/** Demo data. Forty people with plainly made-up names, a seat each. Passwords are made when this is loaded. */
export type Person = {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly queues: readonly string[]
}
export type Seat = { readonly id: string; readonly label: string; readonly autoAnswer: boolean }

const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九']
/** 演示零一 … 演示四零: nobody is called that. */
const nameOf = (nth: number): string => `演示${digits[Math.floor(nth / 10)]}${digits[nth % 10]}`

const moreRoles: Readonly<Record<number, readonly string[]>> = {
  36: ['shiftLeader'],
  37: ['shiftLeader'],
  38: ['dispatcher'],
  39: ['reviewer', 'qualityInspector'],
  40: ['administrator'],
}
const special = ['urban', 'environment', 'livelihood', 'business', 'special-care']
const nth = Array.from({ length: 40 }, (_, index) => index + 1)

/** Everybody takes general calls, and those of one special queue. */
export const staff: readonly Person[] = nth.map((n) => ({
  id: String(1000 + n),
  name: nameOf(n),
  roles: ['agent', ...(moreRoles[n] ?? [])],
  queues: ['general', special[n % special.length] ?? 'urban'],
}))

/** The last ten seats ask the phone to answer by itself. */
export const seats: readonly Seat[] = nth.map((n) => ({
  id: String(8000 + n),
  label: `${n} 号坐席`,
  autoAnswer: n > 30,
}))
