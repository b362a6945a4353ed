create or replace view active_users as
select users.id, users.email, count(*) as sessions
from users
join sessions on sessions.user_id = users.id
where sessions.expires_at > now()
group by users.id, users.email;
