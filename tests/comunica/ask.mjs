// Answer queries with Comunica: a JSON text {query, sources, options} a line in, its solutions or its error a line out.
// All addresses that were asked come along, so that a test can tell how an answer was found.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { QueryEngine } = createRequire(`${process.argv[2]}/`)('@comunica/query-sparql');
const SECONDS = 60;

async function answer({ query, sources, options }) {
  const asked = [];
  const engine = new QueryEngine();
  const context = {
    ...options,
    sources,
    fetch: (input, init) => {
      asked.push(`${init?.method ?? 'GET'} ${typeof input === 'string' ? input : input.url}`);
      return fetch(input, { ...init, signal: AbortSignal.timeout(SECONDS * 1000) });
    },
  };
  try {
    const stream = await engine.queryBindings(query, context);
    const rows = (await stream.toArray()).map(row =>
      Object.fromEntries([...row].map(([variable, term]) => [variable.value, shown(term)])));
    return { rows, asked };
  } catch (error) {
    return { error: String(error?.message ?? error), asked };
  }
}

function shown(term) {
  return {
    type: term.termType,
    value: term.value,
    ...(term.language ? { language: term.language } : {}),
    ...(term.datatype && !term.language ? { datatype: term.datatype.value } : {}),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
