/** The hall of the measurement in Postgres: 200 agents in one queue that lets callers ring until an agent answers. */
import { Client } from 'pg'
import type { Postgres } from '../../scripts/lib/postgres.ts'
import { agents, firstSeat, hosts, numbers, seatIds } from './asterisk-etc.ts'

/** Staff numbers; agent and seat of the same place belong together. */
export const agentIds: readonly string[] = seatIds.map((seat) => String(Number(seat) + 1000))

export async function seedBench(postgres: Postgres): Promise<void> {
  const client = connectTo(postgres)
  await client.connect()
  try {
    await client.query(`
      insert into staff (id, name)
        select (${firstSeat + 1000} + n)::text, '话务员' || n from generate_series(0, ${agents - 1}) n;
      insert into staff_roles (staff, role) select id, 'agent' from staff;
      insert into seats (id) select (${firstSeat} + n)::text from generate_series(0, ${agents - 1}) n;
      insert into queues (id, name, answer, wrap_up_ms) values ('bench', '测量', 'onAgent', 0);
      insert into queue_members (queue, staff) select 'bench', id from staff;
      insert into numbers (number, queue) values ('${numbers.ours}', 'bench');
      insert into trunks (name, match_addresses, contact)
        values ('trunk', '{${hosts.caller}}', 'sip:${hosts.caller}');
    `)
  } finally {
    await client.end()
  }
}

/** As the owner of the database. */
export const connectTo = ({ port, owner }: Postgres): Client =>
  new Client({ host: '127.0.0.1', port, user: 'hotline_owner', database: 'hotline', password: owner.value })
