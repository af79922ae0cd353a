/** Places one call to the hotline and is told how it went. */
import { app } from './ari.ts'
import { type Leg, type LegParts, makeLeg } from './leg.ts'
import { Party, type PartySetup, withinMs } from './party.ts'

export type Call = {
  /** Whose address the call comes from: the carrier, or a partner line. */
  readonly role: string
  /** The dialled number. */
  readonly to: string
  readonly number: string
  readonly callerName?: string
  /** Extra SIP headers of the INVITE. */
  readonly headers?: Readonly<Record<string, string>>
}

export class Caller extends Party {
  readonly number: string

  constructor(setup: PartySetup, number: string) {
    super(setup)
    this.number = number
  }

  /** Resolves when the INVITE is on its way. */
  async place(call: Call, hotlineUri: string, parts: Pick<LegParts, 'id'>, enlist: (leg: Leg) => void): Promise<void> {
    const { ari, name, hz, voices } = this.setup
    const { id } = parts
    const leg = makeLeg({ ari, id, owner: name, hz, hearing: this.hearing, voices, state: 'dialling' })
    this.leg = leg
    enlist(leg)
    const endpoint = `PJSIP/${call.role}/${hotlineUri}`
    const { channels } = ari.client
    await ari.ask('create', channels.create({ endpoint, app, appArgs: 'placed', channelId: id, formats: 'alaw' }))
    await leg.placed()
    await ari.follow(id)
    const variables = {
      'CONNECTEDLINE(num,i)': call.number,
      'CONNECTEDLINE(name)': call.callerName ?? '',
      ...Object.fromEntries(
        Object.entries(call.headers ?? {}).map(([header, text]) => [`PJSIP_HEADER(add,${header})`, text]),
      ),
    }
    for (const [variable, value] of Object.entries(variables)) {
      await ari.ask(`set ${variable}`, channels.setChannelVar({ channelId: id, variable, value }))
    }
    await ari.ask('dial', channels.dial({ channelId: id, timeout: 600 }))
  }

  /** Our phone rings at the hotline: it has not answered yet. */
  async rings(): Promise<void> {
    const leg = this.current()
    await leg.until('ringing', () => leg.state() === 'ringing', withinMs)
  }

  /** The SIP status by which the hotline refused. */
  async refusedWith(): Promise<number | undefined> {
    return (await this.gone()).sip
  }
}
