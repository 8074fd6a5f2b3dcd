-- Sends the addresses of a list one after the other, for ever: wrk … -s requests.lua -- <list> <pass> <header>…
--
-- Where an address has LIMITPLACE in it, the number of the pass over the list stands there instead. A pass number never
-- comes twice in a run of the benchmark, so no two requests are equal and no cache of results can answer one.

local heads, tails, rest, limit_of_pass = {}, {}, "", 0
local position, count = 0, 0
local LEAST_LIMIT, LIMITS = 1000, 9000 -- Virtuoso sorts no more than 10,000 rows

function init(args)
  limit_of_pass = tonumber(args[2])
  local lines = {}
  for index = 3, #args do
    lines[#lines + 1] = args[index] .. "\r\n"
  end
  rest = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\n" .. table.concat(lines) .. "\r\n"
  for address in io.lines(args[1]) do
    local first, last = address:find("LIMITPLACE", 1, true)
    count = count + 1
    heads[count] = "GET " .. (first and address:sub(1, first - 1) or address)
    tails[count] = first and address:sub(last + 1) or false
  end
end

function request()
  position = position + 1
  if position > count then
    position = 1
    limit_of_pass = limit_of_pass + 1
  end
  local tail = tails[position]
  if tail then
    return heads[position] .. (LEAST_LIMIT + limit_of_pass % LIMITS) .. tail .. rest
  end
  return heads[position] .. rest
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "seconds": %.6f, "bytes": %d, "p50_ms": %.4f, "p99_ms": %.4f, '
      .. '"failures": {"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
