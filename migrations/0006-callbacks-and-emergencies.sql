-- Callers whom the death of Asterisk has cut, and who are to be called back. Made from facts like everything in 0004, but for
-- `done_at` and `done_by`: those are written by the api when somebody has called back, and left alone by the worker.
-- `number` null: the caller's was withheld, so nobody can be called.

create table callbacks (
  call text primary key references calls (id),
  ticket_no text not null,
  number text,
  queue text not null,
  cut text not null check (cut in ('waiting', 'talking')),
  arrived_at timestamptz not null,
  cut_at timestamptz not null,
  -- The caller rang back and was answered, as another call.
  rang_back_at timestamptz,
  rang_back_as text,
  done_at timestamptz,
  done_by text,
  check ((done_at is null) = (done_by is null))
);

create index callbacks_open on callbacks (arrived_at, call) where rang_back_at is null and done_at is null;
create index callbacks_by_cut on callbacks (cut_at, call);

grant select, insert, update on callbacks to hotline_app;

-- Who dials it is let in however many callers there are.
alter table numbers add column emergency boolean not null default false;
