create table sessions (
  id uuid primary key,
  user_id bigint not null references users (id) on delete cascade,
  expires_at timestamptz not null
);

create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);
