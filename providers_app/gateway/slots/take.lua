-- Tells what one process holds of a provider's slots, and takes more for it. The rules are those of policy.py.
-- KEYS: the provider's rows. ARGV: the process; the cap; the share of batches; for live questions and then for batches:
-- how many it holds, how many more it wants, whether more wait after those; how many ms its word counts, and its mark;
-- then the lives that are over: names of processes begin with theirs, and a colon.
-- Returns how many it gets for live questions, and for batches, and for each of them whether it may go on with slots that
-- become free, because nobody else comes first.
local process, cap, share = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local held = { tonumber(ARGV[4]), tonumber(ARGV[7]) }
local wanted = { tonumber(ARGV[5]), tonumber(ARGV[8]) }
local waits = { ARGV[6] == '1', ARGV[9] == '1' }
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local died = {}
for i = 12, #ARGV do died[ARGV[i]] = true end

local others, total, batch, live_waits = {}, held[1] + held[2], held[2], waits[1]
local rows = redis.call('HGETALL', KEYS[1])
for i = 1, #rows, 2 do
  local row = cmsgpack.unpack(rows[i + 1])
  if row.ends_at <= now or died[string.match(rows[i], '^[^:]*')] then
    redis.call('HDEL', KEYS[1], rows[i])
  elseif rows[i] ~= process then
    table.insert(others, row)
    total = total + row.held[1] + row.held[2]
    batch = batch + row.held[2]
    live_waits = live_waits or row.waits_until[1] > now
  end
end

local function gives_way(kind)
  for _, row in ipairs(others) do
    if row.waits_until[kind] > now and row.held[kind] < held[kind] then return true end
  end
  return false
end

local got = { 0, 0 }
local function take(kind)
  got[kind] = got[kind] + 1
  held[kind] = held[kind] + 1
  total = total + 1
end
while got[1] < wanted[1] and total < cap and not gives_way(1) do take(1) end
live_waits = live_waits or got[1] < wanted[1]
while got[2] < wanted[2] and total < cap and batch < share and not live_waits and not gives_way(2) do
  take(2)
  batch = batch + 1
end

local until_ms = { 0, 0 }
for kind = 1, 2 do
  if waits[kind] or got[kind] < wanted[kind] then until_ms[kind] = now + tonumber(ARGV[11]) end
end
if held[1] + held[2] + until_ms[1] + until_ms[2] > 0 then
  local row = { held = held, waits_until = until_ms, ends_at = now + tonumber(ARGV[10]) }
  redis.call('HSET', KEYS[1], process, cmsgpack.pack(row))
  redis.call('PEXPIRE', KEYS[1], ARGV[10])
else
  redis.call('HDEL', KEYS[1], process)
end
local goes_on = { total <= cap and not gives_way(1), total <= cap and not gives_way(2) and not live_waits }
return { got[1], got[2], goes_on[1] and 1 or 0, goes_on[2] and 1 or 0 }
