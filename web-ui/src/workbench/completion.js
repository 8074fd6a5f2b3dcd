// What can stand at the cursor: keywords, variables, and the prefixes, classes and properties of the release; first the
// properties of the class that the query gives to the subject.

import { classesAt } from './subject.js';

const KEYWORDS = `ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP BY HAVING LIMIT MINUS NAMED NOT
  OFFSET OPTIONAL ORDER BY PREFIX SELECT UNDEF UNION VALUES WHERE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT BOUND CONCAT
  CONTAINS DATATYPE LANG LANGMATCHES REGEX REPLACE STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS YEAR`
  .split(/\s+/).map((label) => ({ label, boost: -2 }));

const declared = (text, prefix) => new RegExp(`prefix\\s+${prefix.replace(/[.-]/g, '\\$&')}:`, 'i').test(text);

// Inside a text or an IRI, and behind what begins a variable, a language or a datatype, there is no name to complete.
function isNoName({ from, text }, position) {
  const before = text.slice(0, position - from).replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>/g, '');
  return /["']|<\S*$|[?$@][\w:]*$|\^\^[\w:]*$/.test(before);
}

// Insert a name, and before the query what declares its prefix if nothing does.
function insertName(prefixes) {
  return (view, { name }, from, to) => {
    const [prefix] = name.split(':');
    const text = view.state.doc.toString();
    const changes = [{ from, to, insert: name }];
    if (!declared(text, prefix)) {
      const start = text.match(/^(?:\s*#.*\n)*/)[0].length;
      changes.unshift({ from: start, insert: `PREFIX ${prefix}: <${prefixes[prefix]}>\n` });
    }
    view.dispatch({ changes, selection: { anchor: view.state.changes(changes).mapPos(to, 1) } });
  };
}

function optionsOf({ prefixes, classes, properties }) {
  const apply = insertName(prefixes);
  const options = (terms, kind) => terms.filter((term) => term.name?.includes(':')).flatMap(({ name, label, things }) => {
    const one = { name, kind, apply, label: name, detail: [label, things].filter((part) => part !== null).join(' · ') };
    return label ? [one, { ...one, label, displayLabel: name }] : [one];
  });
  return [...options(classes, 'class'), ...options(properties, 'property')];
}

// Return sources for CodeMirror; *load* returns the promise of terms.json, of a class if one is given, and is called when
// something is completed first.
export function completions(load) {
  const loaded = new Map();
  const terms = (ofClass = '') => {
    if (!loaded.has(ofClass)) loaded.set(ofClass, load(ofClass).then((found) => ({ ...found, options: optionsOf(found) })));
    return loaded.get(ofClass);
  };

  // The commonest first: CodeMirror adds at most 99 to how well an option matches.
  async function ofSubject(context, from, prefixes) {
    const classes = classesAt(context.state.doc.toString(), from, context.pos, prefixes);
    const found = await Promise.all(classes.map((one) => terms(one)));
    return found.flatMap(({ options }) => options.map((option, at) => ({ ...option, boost: Math.max(99 - at, 20) })));
  }

  async function names(context) {
    const word = context.matchBefore(/[\p{L}\p{N}_:.-]*/u);
    if ((word.text.length < 2 && !context.explicit) || isNoName(context.state.doc.lineAt(context.pos), context.pos)) return null;
    const { options, prefixes } = await terms();
    const wantsClass = /(\sa|rdf:type)\s+\S*$/.test(context.state.sliceDoc(Math.max(0, word.from - 40), context.pos));
    const likely = wantsClass ? [] : await ofSubject(context, word.from, prefixes);
    const names = new Set(likely.map(({ name }) => name));
    const others = options.filter(({ name }) => !names.has(name))
      .map((option) => ({ ...option, boost: (option.kind === 'class') === wantsClass ? 1 : 0 }));
    const all = [...likely, ...others, ...KEYWORDS];
    // Each name stands there once more by its label; without a letter to match, once is enough.
    const offered = word.text ? all : all.filter(({ displayLabel }) => !displayLabel);
    return { from: word.from, options: offered, validFor: word.text ? /^[\p{L}\p{N}_:. -]*$/u : undefined };
  }

  async function prefixLines(context) {
    const line = context.matchBefore(/prefix\s+[\w.-]*:?/i);
    if (!line) return null;
    const { prefixes } = await terms();
    const from = line.from + line.text.match(/^prefix\s+/i)[0].length;
    const options = Object.entries(prefixes).map(([prefix, iri]) => ({ label: `${prefix}:`, detail: iri, apply: `${prefix}: <${iri}>` }));
    return { from, options };
  }

  function variables(context) {
    const word = context.matchBefore(/[?$]\w*/);
    if (!word) return null;
    const found = new Set(context.state.doc.toString().match(/[?$]\w+/g));
    found.delete(word.text);
    return { from: word.from, options: [...found].map((label) => ({ label })), validFor: /^[?$]\w*$/ };
  }

  return [prefixLines, names, variables];
}
