// Which classes the query gives to the subject of the triple pattern that the cursor stands in. The tokens of SPARQL, and of
// its grammar only where a pattern begins and ends: what is being written is never a whole query.

const TOKEN = new RegExp([
  /#[^\n]*/, /"""[^]*?"""|'''[^]*?'''/, /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/, // comments and texts
  /<[^<>\s]*>/, /[?$]\w+/, /@[\w-]+|\^\^/, // IRIs, variables, what follows a text
  /(?:[\p{L}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)?:(?:[\p{L}\p{N}_:%.-]*[\p{L}\p{N}_:%-])?/, // names with a prefix
  /[\p{L}_]\w*/, /[+-]?\d[\d.eE+-]*/, /\S/,
].map(({ source }) => source).join('|'), 'gu');
const SUBJECT = 0, PREDICATE = 1, OBJECT = 2;
const IS_KEYWORD = /^(?!(?:a|true|false)$)[\p{L}_]\w*$/u;
const IS_TYPE = /^(a|rdf:type|<http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#type>)$/;

// Read the triple patterns of a query: the classes of each subject, and the subject of the predicate at an offset.
function patterns(text, offset) {
  const classes = new Map();
  let at = { subject: null, predicate: null, place: SUBJECT };
  let subject = null, depth = 0, inPath = false, afterKeyword = false, number = 0;
  const outer = [];

  function take(token) {
    if (at.place === SUBJECT) Object.assign(at, { subject: token, place: PREDICATE });
    else if (at.place === PREDICATE || inPath) Object.assign(at, { predicate: at.place === PREDICATE ? token : null, place: OBJECT });
    else if (IS_TYPE.test(at.predicate)) classes.set(at.subject, [...(classes.get(at.subject) ?? []), token]);
    inPath = false;
  }

  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (subject === null && index >= offset) subject = depth === 0 && at.place === PREDICATE ? at.subject : '';
    if (/^(#|@|[*+?^!]$|\^\^)/.test(token)) continue;
    if (token === '(') depth += 1;
    else if (token === ')') {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && !afterKeyword) take(token); // a path or a list; behind a condition a pattern begins
    } else if (depth > 0) continue;
    else if (token === '[') {
      outer.push(at);
      at = { subject: `[${number += 1}`, predicate: null, place: PREDICATE };
    } else if (token === ']') {
      at = outer.pop() ?? at;
      take(token);
    } else if (token === '{' || token === '}' || token === '.') at = { subject: null, predicate: null, place: SUBJECT };
    else if (token === ';') at.place = PREDICATE;
    else if (token === ',') at.place = OBJECT;
    else if (token === '/' || token === '|') inPath = at.place === OBJECT;
    else if (IS_KEYWORD.test(token)) Object.assign(at, { place: SUBJECT });
    else take(token);
    if (depth === 0) afterKeyword = IS_KEYWORD.test(token);
  }
  return { classes, subject: subject ?? (at.place === PREDICATE ? at.subject : '') };
}

// Return the IRIs of those classes; *prefixes* are known besides those that the query declares.
export function classesAt(text, from, to, prefixes) {
  const { classes, subject } = patterns(`${text.slice(0, from)}${' '.repeat(to - from)}${text.slice(to)}`, from);
  const declared = [...text.matchAll(/prefix\s+([\w.-]*):\s*<([^<>\s]*)>/gi)].map(([, prefix, iri]) => [prefix, iri]);
  const known = { ...prefixes, ...Object.fromEntries(declared) };
  return (classes.get(subject) ?? []).flatMap((token) => {
    if (token[0] === '<') return [token.slice(1, -1)];
    const [prefix, ...local] = token.split(':');
    return local.length && prefix in known ? [known[prefix] + local.join(':')] : [];
  });
}
