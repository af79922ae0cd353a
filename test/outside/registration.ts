/** A phone's registration with the hotline, pushed into the outside Asterisk through ARI. */
import type { Ari } from './ari.ts'

type Hotline = { readonly address: string; readonly sipPort: number }

/** The user of the phone's address of record: the name of the seat's endpoint. It authenticates as the seat itself. */
export const phoneUser = (seat: string): string => `seat-${seat}`

const fields = (values: Record<string, string>) =>
  Object.entries(values).map(([attribute, value]) => ({ attribute, value }))

export async function registerPhone(ari: Ari, hotline: Hotline, seat: string, secret: string): Promise<void> {
  const { asterisk } = ari.client
  const object = { configClass: 'res_pjsip', id: `seat-${seat}` }
  const credentials = fields({ auth_type: 'userpass', username: seat, password: secret })
  await ari.ask('phone secret', asterisk.updateObject({ ...object, objectType: 'auth', fields: credentials }))
  const registration = fields({
    server_uri: `sip:${hotline.address}:${hotline.sipPort}`,
    client_uri: `sip:${phoneUser(seat)}@${hotline.address}:${hotline.sipPort}`,
    contact_user: phoneUser(seat),
    transport: 'phones',
    outbound_auth: `seat-${seat}`,
    max_random_initial_delay: '0',
    retry_interval: '1',
    expiration: '300',
  })
  await ari.ask('registration', asterisk.updateObject({ ...object, objectType: 'registration', fields: registration }))
}

/** Takes the registration back (REGISTER with Expires: 0). Nothing happens when there is none. */
export async function unregisterPhone(ari: Ari, seat: string): Promise<void> {
  const object = { configClass: 'res_pjsip', objectType: 'registration', id: `seat-${seat}` }
  await ari.tell('unregister', ari.client.asterisk.deleteObject(object))
}
