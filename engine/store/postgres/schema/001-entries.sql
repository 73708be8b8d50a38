-- Entries of all kinds, as engine/core/store.ts says. Times are milliseconds since the epoch.
create sequence entry_sequence;

create table entry (
  kind text collate "C" not null,
  key text collate "C" not null,
  "group" text collate "C" not null,
  lane text collate "C" not null,
  sequence bigint not null,
  due bigint not null,
  expires bigint,
  version bigint not null,
  owner text,
  until bigint,
  -- JSON as it was written: jsonb refuses an escaped NUL.
  head text not null,
  body bytea not null,
  -- The first of its lane, or of none: no other can be claimed.
  first boolean not null,
  -- Not claimed before: the later of due and until. What sleeps is found by it, what is awake by its sequence.
  wake bigint not null,
  asleep boolean not null,
  primary key (kind, key)
);
-- Bodies are often compressed already, and are never read in part.
alter table entry alter column body set storage external;

create index entry_of_kind on entry (kind, sequence);
create index entry_of_group on entry (kind, "group", sequence);
create index entry_awake on entry (kind, "group", sequence) where first and not asleep;
create index entry_asleep on entry (kind, "group", wake) where first and asleep;
create index entry_lane on entry (kind, "group", lane, sequence) where lane <> '';
create index entry_expires on entry (kind, expires) where expires is not null;
create index entry_lane_expires on entry (kind, expires) where first and lane <> '' and expires is not null;

-- How much there is of a group, expired or not, so that nobody counts a million rows. Bytes are of heads and bodies.
create table tally (
  kind text collate "C" not null,
  "group" text collate "C" not null,
  count bigint not null,
  bytes bigint not null,
  primary key (kind, "group")
) with (fillfactor = 50);

-- The clock of all nodes. Stable, so that it can be what an index is searched by.
create function now_ms() returns bigint language sql stable as $$
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
$$;

-- Whoever writes holds this until it has committed, claims excepted. So sequences come to be seen in their order, a lane has one first, and two
-- batches never wait for each other's rows. It is held for one statement, never while a node thinks.
create function lock_writers() returns void language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('sluice writers ' || current_schema(), 0))
$$;

-- What is added to a tally is summed up first, as { "kind group": [count, bytes] }: a row that is changed a hundred times at once gets slow.
create function add_up(sums jsonb, of_kind text, of_group text, more bigint, more_bytes bigint) returns jsonb language sql immutable as $$
  select jsonb_set(sums, array[of_kind || ' ' || of_group], jsonb_build_array(
    coalesce((sums->(of_kind || ' ' || of_group)->>0)::bigint, 0) + more,
    coalesce((sums->(of_kind || ' ' || of_group)->>1)::bigint, 0) + more_bytes
  ))
$$;

create function keep_tally(sums jsonb) returns void language sql volatile as $$
  insert into tally as t
  select split_part(key, ' ', 1), substr(key, strpos(key, ' ') + 1), (value->>0)::bigint, (value->>1)::bigint from jsonb_each(sums)
  on conflict (kind, "group") do update set count = t.count + excluded.count, bytes = t.bytes + excluded.bytes
$$;

-- Takes one away; the next of its lane is the first then.
create function forget(of_kind text, of_key text, inout sums jsonb) language plpgsql as $$
declare
  gone entry;
begin
  delete from entry where kind = of_kind and key = of_key returning * into gone;
  if not found then
    return;
  end if;
  sums := add_up(sums, of_kind, gone."group", -1, -(octet_length(gone.head) + octet_length(gone.body)));
  if gone.lane <> '' and gone.first then
    update entry set first = true where kind = of_kind and key = (
      select key from entry where kind = of_kind and "group" = gone."group" and lane = gone.lane and lane <> '' order by sequence limit 1
    );
  end if;
end $$;

-- Makes one change; not held where its expectation is not true. `expect` is a version, or -1: absent.
create function make_change(change jsonb, bodies bytea, now bigint, inout sums jsonb, out held boolean) language plpgsql as $$
declare
  of_kind constant text := change->>'kind';
  of_key constant text := change->>'key';
  expected constant bigint := change->>'expect';
  verb constant text := change->>'do';
  old entry;
  is_kept boolean;
  is_there boolean;
  next_due bigint;
  next_group constant text := change->>'group';
  next_lane constant text := change->>'lane';
  next_head constant text := change->>'head';
  size constant int := change->>'size';
begin
  select * into old from entry where kind = of_kind and key = of_key for update;
  is_kept := found;
  is_there := is_kept and (old.expires is null or old.expires > now);
  held := not (
    expected = -1 and is_there
    or expected >= 0 and (not is_there or old.version <> expected)
    or verb = 'update' and not is_there
  ) is true;
  if not held then
    return;
  end if;

  if verb = 'update' then
    next_due := coalesce((change->>'due')::bigint, old.due);
    update entry set
      due = next_due, wake = next_due, asleep = next_due > now,
      expires = case when change ? 'expires' then (change->>'expires')::bigint else old.expires end,
      head = coalesce(next_head, old.head),
      version = old.version + 1, owner = null, until = null
    where kind = of_kind and key = of_key;
    if octet_length(next_head) <> octet_length(old.head) then
      sums := add_up(sums, of_kind, old."group", 0, octet_length(next_head) - octet_length(old.head));
    end if;
    return;
  end if;

  if is_kept then
    sums := forget(of_kind, of_key, sums);
  end if;
  if verb = 'put' then
    next_due := (change->>'due')::bigint;
    insert into entry values (
      of_kind, of_key, next_group, next_lane, nextval('entry_sequence'), next_due, (change->>'expires')::bigint,
      case when is_there then old.version + 1 else 1 end, null, null, next_head,
      substring(bodies from (change->>'at')::int + 1 for size),
      next_lane = '' or not exists (select from entry where kind = of_kind and "group" = next_group and lane = next_lane and lane <> ''),
      next_due, next_due > now
    );
    sums := add_up(sums, of_kind, next_group, 1, octet_length(next_head) + size);
  end if;
end $$;

-- Each set of changes wholly or not at all; one that fails spoils no other. Gives for each the place of the change that did not hold, or -1.
create function commit_sets(sets jsonb, bodies bytea) returns jsonb language plpgsql as $$
declare
  now bigint;
  changes jsonb;
  places int[] := '{}';
  place int;
  sums jsonb := '{}';
  sums_before jsonb;
  held boolean;
begin
  perform lock_writers();
  now := now_ms();
  for changes in select value from jsonb_array_elements(sets) loop
    place := -1;
    if jsonb_array_length(changes) = 1 then
      select * into sums, held from make_change(changes->0, bodies, now, sums);
      if not held then
        place := 0;
      end if;
    else
      sums_before := sums;
      begin
        for i in 0 .. jsonb_array_length(changes) - 1 loop
          select * into sums, held from make_change(changes->i, bodies, now, sums);
          if not held then
            place := i;
            raise exception sqlstate 'SL001';
          end if;
        end loop;
      exception when sqlstate 'SL001' then
        sums := sums_before;
      end;
    end if;
    places := places || place;
  end loop;
  perform keep_tally(sums);
  return to_jsonb(places);
end $$;

-- What is expired at the head of a lane must not hold up the lane.
create function clear_lanes(of_kind text) returns void language plpgsql as $$
declare
  now bigint := now_ms();
  one record;
begin
  loop
    select key into one from entry where kind = of_kind and first and lane <> '' and expires <= now limit 1;
    exit when not found;
    perform lock_writers();
    select key into one from entry where kind = of_kind and key = one.key and expires <= now for update;
    if found then
      perform keep_tally(forget(of_kind, one.key, '{}'));
    end if;
  end loop;
end $$;

-- By sequence; exact while fewer than a thousand wait to be woken.
create function claim_entries(of_kind text, of_group text, of_owner text, lease_ms bigint, most int, most_bytes bigint)
returns setof entry language plpgsql as $$
declare
  now bigint;
  bytes_left bigint := most_bytes;
  taken int := 0;
  waking text[];
  one entry;
begin
  perform clear_lanes(of_kind);
  now := now_ms();
  select array_agg(key order by sequence) into waking from (
    select key, sequence from entry
    where kind = of_kind and "group" = of_group and first and asleep and wake <= now and (expires is null or expires > now)
    order by wake limit 1000
  ) as found;
  for one in
    with awake as (
      select * from entry
      where kind = of_kind and "group" = of_group and first and not asleep and (expires is null or expires > now)
      order by sequence limit most for update skip locked
    ), woken as (
      select found.* from unnest(waking) as w(key) cross join lateral (
        select * from entry where kind = of_kind and key = w.key and first and asleep and wake <= now for update skip locked
      ) as found limit most
    )
    select * from (select * from awake union all select * from woken) as ready order by sequence
  loop
    exit when taken = most or taken > 0 and octet_length(one.body) > bytes_left;
    taken := taken + 1;
    bytes_left := bytes_left - octet_length(one.body);
    update entry set version = version + 1, owner = of_owner, until = now + lease_ms, wake = now + lease_ms, asleep = true
      where kind = one.kind and key = one.key returning * into one;
    return next one;
  end loop;
end $$;

-- Gives the keys whose lease is the owner's.
create function renew_leases(of_kind text, keys jsonb, of_owner text, lease_ms bigint) returns setof text language plpgsql as $$
declare
  now bigint;
begin
  perform lock_writers();
  now := now_ms();
  return query
    update entry set until = now + lease_ms, wake = greatest(due, now + lease_ms), asleep = true
    where kind = of_kind and key in (select value from jsonb_array_elements_text(keys)) and owner = of_owner
      and (expires is null or expires > now)
    returning key;
end $$;

-- Of one group, or of all that have entries. `next_due`: 0 where one can be claimed now.
create function measure_groups(of_kind text, of_group text)
returns table ("group" text, count bigint, bytes bigint, oldest bigint, next_due bigint) language plpgsql as $$
#variable_conflict use_column
declare
  now bigint;
begin
  perform clear_lanes(of_kind);
  now := now_ms();
  return query
    with expired as materialized (
      select e."group", octet_length(e.head) + octet_length(e.body) as bytes from entry e where e.expires <= now and e.kind = of_kind
    ), gone as (
      select expired."group", count(*) as count, sum(expired.bytes)::bigint as bytes from expired group by expired."group"
    ), there as (
      select t."group", t.count - coalesce(gone.count, 0) as count, t.bytes - coalesce(gone.bytes, 0) as bytes
      from tally t left join gone on gone."group" = t."group"
      where t.kind = of_kind and (of_group is null or t."group" = of_group)
    )
    select there."group", there.count, there.bytes, (
      select e.sequence from entry e
      where e.kind = of_kind and e."group" = there."group" and (e.expires is null or e.expires > now)
      order by e.sequence limit 1
    ), case when exists (
      select from entry e
      where e.kind = of_kind and e."group" = there."group" and e.first and not e.asleep and (e.expires is null or e.expires > now)
    ) then 0 else (
      select case when e.wake <= now then 0 else e.wake end from entry e
      where e.kind = of_kind and e."group" = there."group" and e.first and e.asleep and (e.expires is null or e.expires > now)
      order by e.wake limit 1
    ) end
    from there where there.count > 0;
end $$;

-- Removes what is expired, so many at most; gives how many.
create function sweep_expired(most int) returns int language plpgsql as $$
declare
  of_kind text;
  one record;
  swept int := 0;
  sums jsonb := '{}';
  now bigint;
begin
  perform lock_writers();
  now := now_ms();
  for of_kind in select distinct kind from tally loop
    for one in select key from entry where kind = of_kind and expires <= now order by expires limit most - swept loop
      sums := forget(of_kind, one.key, sums);
      swept := swept + 1;
    end loop;
  end loop;
  perform keep_tally(sums);
  delete from tally where count = 0;
  return swept;
end $$;
