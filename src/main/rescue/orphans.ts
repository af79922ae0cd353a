/** Who is with nobody in the hands of a switchboard that is dead. */

export type Seen = {
  readonly channels: readonly {
    readonly id: string
    readonly state: string
    /** When it was made: ISO 8601 with milliseconds. */
    readonly creationtime: string
    readonly dialplan: { readonly app_name: string; readonly app_data: string }
  }[]
  readonly bridges: readonly { readonly channels: readonly string[] }[]
}
export type Orphan = {
  readonly caller: string
  /** Phones that ring for the caller, for nobody would connect them. */
  readonly ringing: readonly string[]
}

/**
 * Callers in our application who are with nobody: none of the legs that were dialled for them is up, and in their bridge, if any, is nobody
 * but them: they wait, or their agent has hung up, which the dead do not hear. A caller on hold is in no bridge either, but has an
 * agent: legs are named `<caller>-<n>` (src/calls/core/step.ts).
 */
export function orphansIn({ channels, bridges }: Seen): Orphan[] {
  const inCompany = new Set(bridges.flatMap(({ channels: members }) => (members.length > 1 ? members : [])))
  // Who came first goes first, in the net too; ARI lists channels in no order.
  const inOrder = channels.toSorted((a, b) => Date.parse(a.creationtime) - Date.parse(b.creationtime))
  return inOrder.flatMap(({ id, dialplan }): Orphan[] => {
    if (dialplan.app_name !== 'Stasis' || !dialplan.app_data.startsWith('switchboard,inbound,')) return []
    const legs = channels.filter((channel) => channel.id.startsWith(`${id}-`))
    if (inCompany.has(id) || legs.some(({ state }) => state === 'Up')) return []
    return [{ caller: id, ringing: legs.map((leg) => leg.id) }]
  })
}
