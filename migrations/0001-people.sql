-- Who works here, what they may do, where they sit, and who is logged in.

create extension if not exists pg_trgm;

create table roles (
  code text primary key check (code ~ '^[a-z][a-zA-Z]{1,31}$'),
  name text not null
);

insert into roles (code, name) values
  ('agent', '话务员'),
  ('shiftLeader', '值班长'),
  ('intakeReviewer', '受理审核员'),
  ('dispatcher', '派单员'),
  ('coordinator', '协调员'),
  ('reviewer', '审核员'),
  ('callbackStaff', '回访员'),
  ('qualityInspector', '质检员'),
  ('trainer', '培训管理员'),
  ('workforcePlanner', '排班员'),
  ('knowledgeEditor', '知识库管理员'),
  ('unitHandler', '承办单位经办人'),
  ('unitApprover', '承办单位审核人'),
  ('supervisor', '监察员'),
  ('administrator', '系统管理员'),
  ('auditor', '安全审计员');

-- `id` is the staff number (工号). Nobody can log in until a password is set: there is no default one.
create table staff (
  id text primary key check (id ~ '^[0-9]{3,8}$'),
  name text not null check (length(name) between 1 and 60),
  password_hash text,
  active boolean not null default true,
  created_at timestamptz not null default now()
);

create table staff_roles (
  staff text not null references staff (id) on delete cascade,
  role text not null references roles (code),
  primary key (staff, role)
);

-- Whoever looks after the system may not also be the one who audits it.
create function refuse_administrator_as_auditor() returns trigger language plpgsql as $$
begin
  if new.role in ('administrator', 'auditor') and exists (
    select from staff_roles
     where staff = new.staff and role in ('administrator', 'auditor') and role <> new.role
  ) then
    raise exception 'staff % may not be administrator and auditor at once', new.staff using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger administrator_is_not_auditor before insert or update on staff_roles
  for each row execute function refuse_administrator_as_auditor();

-- A seat (坐席) is the user name of the SIP phone on the desk. Asterisk is given digests, never the password;
-- without them the seat's phone cannot register.
create table seats (
  id text primary key check (id ~ '^[0-9]{3,8}$'),
  label text not null default '',
  auto_answer boolean not null default false,
  realm text not null default 'hotline',
  digest_md5 text check (digest_md5 ~ '^[0-9a-f]{32}$'),
  digest_sha256 text check (digest_sha256 ~ '^[0-9a-f]{64}$')
);

-- Only the SHA-256 of a session's token is kept, so that a copy of this table opens nothing.
create table sessions (
  id uuid primary key default uuidv7(),
  token_hash bytea not null unique check (length(token_hash) = 32),
  staff text not null references staff (id) on delete cascade,
  seat text references seats (id) on delete set null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create index sessions_of_staff on sessions (staff) where revoked_at is null;
create index sessions_by_expiry on sessions (expires_at);

grant usage on schema public to hotline_app;
grant select on roles, staff, staff_roles, seats to hotline_app;
grant update (password_hash) on staff to hotline_app;
grant select, insert, update, delete on sessions to hotline_app;
