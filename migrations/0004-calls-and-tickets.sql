-- What the facts of a call add up to (src/tickets/core/fold-call.ts). Every row here can be made again from `facts`.
-- No foreign keys to people or queues: a call of years ago stays whole when a queue is gone. Columns are null while the
-- fact that tells them has not arrived; facts may come in any order.

create table calls (
  id text primary key,
  ticket_no text,
  caller_number text,
  caller_name text,
  dialled text,
  queue text,
  context jsonb,
  state text not null default 'live' check (state in ('live', 'ended')),
  arrived_at timestamptz,
  answered_at timestamptz,
  answered_by text,
  ended_at timestamptz,
  end_reason text,
  waited_ms bigint not null default 0 check (waited_ms >= 0),
  talk_ms bigint not null default 0 check (talk_ms >= 0),
  held_ms bigint not null default 0 check (held_ms >= 0),
  consult_ms bigint not null default 0 check (consult_ms >= 0),
  handed_over_ms bigint not null default 0 check (handed_over_ms >= 0),
  wrap_up_ms bigint not null default 0 check (wrap_up_ms >= 0),
  -- How often a switchboard that came back found this call again.
  recovered integer not null default 0,
  facts integer not null default 0,
  check (state <> 'ended' or end_reason is not null)
);

create index calls_by_arrival on calls (arrived_at);
create index calls_of_caller on calls (caller_number, arrived_at);

create table legs (
  id text primary key,
  call text not null references calls (id),
  role text not null check (role in ('caller', 'agent', 'partner')),
  agent text,
  line text,
  started_at timestamptz,
  answered_at timestamptz,
  left_at timestamptz,
  cause text,
  -- How an agent's part in the call came to its end.
  agent_left text
);

create index legs_of_call on legs (call);

-- `ended_at` null: nobody has said yet how the offer came out.
create table offers (
  id text primary key,
  call text not null references calls (id),
  agent text not null,
  leg text,
  offered_at timestamptz,
  ended_at timestamptz,
  outcome text,
  cause text
);

create index offers_of_call on offers (call);

-- Attempts to bring a partner line or another agent in: `id` is the leg that was dialled, or a name of its own where the
-- directory refused before anything was dialled.
create table call_parties (
  id text primary key,
  call text not null references calls (id),
  party_kind text not null check (party_kind in ('agent', 'line')),
  party text not null,
  agent text,
  purpose text check (purpose in ('consult', 'transfer')),
  dialled_at timestamptz,
  answered boolean not null default false,
  answered_at timestamptz,
  joined_at timestamptz,
  handed_over_at timestamptz,
  left_at timestamptz,
  result text,
  seconds integer check (seconds >= 0)
);

create index call_parties_of_call on call_parties (call);

-- 工单. `state`: DRAFT 登记中, REGISTERED 已登记, DISCARDED (nobody spoke with the caller; the reason says why).
create table tickets (
  ticket_no text primary key,
  call text not null unique references calls (id),
  channel text not null default '电话',
  dialled text,
  caller_number text,
  caller_name text,
  registrar text,
  title text,
  content text,
  type text,
  category text,
  place text,
  upstream_ticket text,
  state text not null check (state in ('DRAFT', 'REGISTERED', 'DISCARDED')),
  discard_reason text,
  created_at timestamptz not null,
  registered_at timestamptz,
  check ((state = 'DISCARDED') = (discard_reason is not null))
);

create index tickets_by_creation on tickets (created_at);
create index tickets_of_caller on tickets (caller_number, created_at);
create index tickets_of_registrar on tickets (registrar, created_at);

-- The history shown in the ticket: one line a fact, ordered by (epoch, seq).
create table ticket_events (
  journal uuid not null,
  seq bigint not null,
  epoch integer not null,
  ticket_no text not null references tickets (ticket_no),
  at timestamptz not null,
  kind text not null,
  agent text,
  detail jsonb not null,
  primary key (journal, seq)
);

create index ticket_events_of_ticket on ticket_events (ticket_no, epoch, seq);

grant select, insert, update on calls, legs, offers, call_parties, tickets to hotline_app;
grant select, insert on ticket_events to hotline_app;
