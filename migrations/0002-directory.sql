-- What the switchboard and Asterisk's configuration are told: queues, our numbers, trunks, partner lines; and the
-- city: districts and units.

-- `answer`: onArrival greets the caller and plays music; onAgent lets the call ring until an agent answers.
create table queues (
  id text primary key check (id ~ '^[a-z][a-zA-Z0-9-]{0,31}$'),
  name text not null check (length(name) between 1 and 60),
  answer text not null default 'onArrival' check (answer in ('onArrival', 'onAgent')),
  greeting text,
  offer_ring_ms integer not null default 20000 check (offer_ring_ms between 3000 and 120000),
  wrap_up_ms integer not null default 60000 check (wrap_up_ms between 0 and 3600000)
);

create table queue_members (
  queue text not null references queues (id) on delete cascade,
  staff text not null references staff (id) on delete cascade,
  primary key (queue, staff)
);

create index queues_of_member on queue_members (staff);

-- Numbers that are ours. Nothing else is accepted from a trunk.
create table numbers (
  number text primary key check (number ~ '^[0-9]{3,20}$'),
  queue text not null references queues (id),
  label text not null default ''
);

-- A trunk is told by the address that it calls from. `contact` is where calls to it go.
create table trunks (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,31}$'),
  match_addresses inet[] not null check (cardinality(match_addresses) > 0),
  contact text not null check (contact ~ '^sips?:[A-Za-z0-9.:@_+\[\];=-]{1,200}$')
);

-- `number` is what is dialled. `contact` and `match_addresses` make an endpoint of its own, `partner-<code>`; a line without
-- them is reached over `trunk`, and one with neither cannot be called yet.
-- `hours`: minutes since local midnight, one [open, close] or null a weekday, Sunday first; null: always open.
create table partner_lines (
  code text primary key check (code ~ '^[a-z0-9-]{1,32}$'),
  name text not null check (length(name) between 1 and 60),
  number text not null check (number ~ '^[0-9*#+]{1,32}$'),
  trunk text references trunks (name),
  contact text check (contact ~ '^sips?:[A-Za-z0-9.:@_+\[\];=-]{1,200}$'),
  match_addresses inet[] not null default '{}',
  hours jsonb check (hours is null or (jsonb_typeof(hours) = 'array' and jsonb_array_length(hours) = 7)),
  mode text not null check (mode in ('interconnect', 'parallel', 'emergency', 'liveTransfer')),
  pass_number boolean not null default false
);

-- `tier`: city; receiving (接收型), subcentre (分中心), centreFull (完整中心); town.
create table districts (
  code text primary key check (code ~ '^[0-9]{4,12}$'),
  name text not null,
  tier text not null check (tier in ('city', 'receiving', 'subcentre', 'centreFull', 'town', 'functionalZone')),
  parent text references districts (code)
);

create index districts_of_parent on districts (parent);

create table units (
  code text primary key check (code ~ '^[a-z0-9-]{1,48}$'),
  name text not null,
  former_names text[] not null default '{}',
  district text not null references districts (code)
);

grant select on queues, queue_members, numbers, trunks, partner_lines, districts, units to hotline_app;
