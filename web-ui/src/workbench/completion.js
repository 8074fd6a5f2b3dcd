// What can stand at the cursor: keywords, variables, and the prefixes, classes and properties of the release.

const KEYWORDS = `ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP BY HAVING LIMIT MINUS NAMED NOT
  OFFSET OPTIONAL ORDER BY PREFIX SELECT UNDEF UNION VALUES WHERE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT BOUND CONCAT
  CONTAINS DATATYPE LANG LANGMATCHES REGEX REPLACE STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS YEAR`
  .split(/\s+/).map((label) => ({ label, boost: -2 }));

const declared = (text, prefix) => new RegExp(`prefix\\s+${prefix.replace(/[.-]/g, '\\$&')}:`, 'i').test(text);

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

// Return sources for CodeMirror; *load* returns the promise of terms.json and is called when something is completed first.
export function completions(load) {
  let loaded;
  const terms = () => (loaded ??= load().then((found) => ({ ...found, options: optionsOf(found) })));

  async function names(context) {
    const word = context.matchBefore(/[\p{L}\p{N}_:.-]+/u);
    if (!word || (word.text.length < 2 && !context.explicit) || context.matchBefore(/[?$@^][\w:]*|<[^>]*|"[^"]*/)) return null;
    const { options } = await terms();
    const wantsClass = /(\sa|rdf:type)\s+\S*$/.test(context.state.sliceDoc(Math.max(0, word.from - 40), context.pos));
    const ranked = options.map((option) => ({ ...option, boost: (option.kind === 'class') === wantsClass ? 1 : 0 }));
    return { from: word.from, options: [...ranked, ...KEYWORDS], validFor: /^[\p{L}\p{N}_:. -]*$/u };
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
