-- Failed log-ins, and the news by which every api process hears at once that somebody may no longer do something.

-- `staff` is what was typed and may be nobody. Rows older than a day are removed by whoever logs in.
create table login_failures (
  staff text not null check (length(staff) <= 64),
  source inet not null,
  at timestamptz not null default now()
);

create index login_failures_of_staff on login_failures (staff, at);
create index login_failures_of_source on login_failures (source, at);

-- Where a session was opened from. A person under a flood of wrong passwords can still log in from where they did before.
alter table sessions add column source inet;

grant select, insert, delete on login_failures to hotline_app;

-- Channel `access`, payload `session <id>` or `staff <id>`. Sent by the database, so that no way of changing these rows can
-- forget it.
create function tell_session_ended() returns trigger language plpgsql as $$
begin
  perform pg_notify('access', 'session ' || old.id);
  return null;
end $$;

create trigger session_ended after delete on sessions
  for each row execute function tell_session_ended();
create trigger session_revoked after update on sessions
  for each row when (old.revoked_at is null and new.revoked_at is not null) execute function tell_session_ended();

create function tell_staff_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('access', 'staff ' || case when tg_table_name = 'staff' then to_jsonb(coalesce(new, old)) ->> 'id'
                                               else to_jsonb(coalesce(new, old)) ->> 'staff' end);
  return null;
end $$;

create trigger staff_changed after update of active or delete on staff
  for each row execute function tell_staff_changed();
create trigger staff_roles_changed after insert or update or delete on staff_roles
  for each row execute function tell_staff_changed();
