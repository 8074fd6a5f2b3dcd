// The SPARQL workbench: an editor in the place of the form's text area, and results without a new page. The form, the
// results and the addresses are the server's; without this script they work the same.

import { element } from './shared/dom.js';
import { wordsOf } from './shared/words.js';
import { completions } from './workbench/completion.js';
import { Editor } from './workbench/editor.js';
import { offerExamples } from './workbench/examples.js';
import { enhance } from './workbench/results.js';

// Longer addresses are cut by proxies on the way; such a query is posted and has no permanent link.
const LONGEST_ADDRESS = 6_000;
// A page for a result; a problem with line and column for a mistake.
const ACCEPT = 'text/html;q=0.9, application/problem+json';

class Workbench {
  #place;
  #form;
  #word;
  #editor;
  #trouble = element('p', { class: 'trouble', role: 'alert' });
  #link = element('a', { class: 'permanent' });
  #running = new AbortController();

  constructor(place) {
    this.#place = place;
    this.#form = place.querySelector('form');
    this.#word = wordsOf(place);
    this.#link.textContent = this.#word('PermanentLink');
    const { terms, queries, line, column } = place.dataset;
    this.#editor = new Editor(this.#form.elements.query, {
      completions: completions(async (ofClass) => (await fetch(ofClass ? `${terms}?class=${encodeURIComponent(ofClass)}` : terms)).json()),
      run: () => this.#form.requestSubmit(),
      change: () => this.#changed(),
      word: this.#word,
    });
    this.#form.noValidate = true; // the text area is hidden
    const row = place.querySelector('.workbench-tools');
    const examples = element('span', { class: 'examples' });
    row.append(this.#link, examples);
    this.#form.append(this.#trouble);
    this.#changed();
    this.#form.addEventListener('submit', (event) => {
      this.#asked();
      if (line) return; // on the page about a mistake: a new page comes
      event.preventDefault();
      this.#run();
    });
    addEventListener('popstate', () => location.reload());
    if (queries) {
      offerExamples(examples, queries, this.#word, (text) => { this.#editor.text = text; }).then((fields) => row.after(fields));
    }
    if (line) this.#editor.mark({ line: Number(line), column: Number(column) }, { focus: false });
    document.querySelectorAll('section.result').forEach((section) => enhance(section, this.#word));
  }

  #asked() {
    this.#form.elements.query.value = this.#editor.text;
    return new URLSearchParams(new FormData(this.#form));
  }

  #changed() {
    const address = `${this.#form.action}?${this.#asked()}`;
    this.#link.hidden = address.length > LONGEST_ADDRESS;
    this.#link.href = address;
  }

  async #run() {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const asked = this.#asked();
    const address = `${this.#form.action}?${asked}`;
    const isShort = address.length <= LONGEST_ADDRESS;
    const how = { signal, headers: { Accept: ACCEPT }, ...(!isShort && { method: 'POST', body: asked }) };
    this.#place.setAttribute('aria-busy', 'true');
    this.#tell('');
    try {
      const answer = await fetch(isShort ? address : this.#form.action, how);
      if (isShort && address !== location.href) history.pushState(null, '', address);
      if (answer.ok) this.#show(await answer.text());
      else this.#refuse(await answer.json());
    } catch (error) {
      if (!signal.aborted) this.#tell(this.#word('Unreachable'));
    }
    if (!signal.aborted) this.#place.removeAttribute('aria-busy');
  }

  #show(page) {
    const section = new DOMParser().parseFromString(page, 'text/html').querySelector('section.result');
    this.#clear();
    this.#place.after(document.adoptNode(section));
    enhance(section, this.#word);
    const heading = section.querySelector('h2');
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    section.scrollIntoView({ block: 'nearest' });
  }

  #refuse({ detail, line, column }) {
    this.#clear();
    this.#tell(detail, 'en');
    if (line) this.#editor.mark({ line, column });
  }

  #clear() {
    this.#editor.mark(null);
    document.querySelectorAll('section.result').forEach((section) => section.remove());
  }

  // The page's words need no language; a problem is told in English.
  #tell(text, language = '') {
    this.#trouble.textContent = text;
    this.#trouble.lang = language || document.documentElement.lang;
  }
}

const place = document.getElementById('workbench');
if (place) new Workbench(place);
