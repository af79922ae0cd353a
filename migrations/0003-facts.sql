-- What happened, for ever. A fact's name in the whole world is (journal, seq); (epoch, seq) orders facts, never `at`.
-- Nobody changes or removes a fact: the application may only add.

create table facts (
  journal uuid not null,
  seq bigint not null check (seq > 0),
  epoch integer not null check (epoch > 0),
  type text not null,
  call text,
  agent text,
  at timestamptz not null,
  body jsonb not null,
  primary key (journal, seq)
);

create index facts_of_call on facts (call) where call is not null;

-- Jobs that no worker can understand, kept aside whole so that the others go on and somebody can look.
create table quarantined_jobs (
  queue text not null,
  job text not null,
  data jsonb not null,
  error text not null,
  at timestamptz not null default now(),
  primary key (queue, job)
);

grant select, insert on facts to hotline_app;
grant select, insert on quarantined_jobs to hotline_app;
