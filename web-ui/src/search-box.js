// Suggestions below every search box: a combobox with a list box (WAI-ARIA Authoring Practices, "Editable Combobox With
// List Autocomplete"). Without this script a search box is a plain form.

import { element } from './shared/dom.js';
import { wordsOf } from './shared/words.js';

const WAIT_MS = 120;
const SHOWN = 8;

function optionOf({ label, types, href }, id) {
  const kinds = types.slice(0, 2).map((type) => type.label).join(', ');
  const name = element('span', { dir: 'auto', lang: label.language || null }, label.text);
  const option = element('li', { id, role: 'option', 'aria-selected': 'false' }, name);
  if (kinds) option.append(' ', element('small', { dir: 'auto' }, kinds));
  option.dataset.href = href;
  return option;
}

class SearchBox {
  #form;
  #input;
  #list;
  #status;
  #word;
  #timer;
  #asking = new AbortController();
  #active = -1;

  constructor(form, number) {
    this.#form = form;
    this.#input = form.elements.q;
    this.#word = wordsOf(form);
    const id = `suggestions-${number}`;
    this.#list = element('ul', { id, role: 'listbox', class: 'suggestions', 'aria-label': this.#word('Suggestions') });
    this.#status = element('span', { role: 'status', class: 'unseen' });
    this.#list.hidden = true;
    this.#input.parentElement.append(this.#list, this.#status);
    const roles = { role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false' };
    for (const [name, value] of Object.entries({ ...roles, 'aria-controls': id })) this.#input.setAttribute(name, value);
    this.#input.addEventListener('input', () => this.#askSoon());
    this.#input.addEventListener('keydown', (event) => this.#press(event));
    this.#input.addEventListener('blur', () => this.#close());
    this.#list.addEventListener('mousedown', (event) => event.preventDefault()); // the input keeps the focus
    this.#list.addEventListener('click', (event) => this.#follow(event.target.closest('li')));
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    if (!this.#input.value.trim()) this.#close();
    else this.#timer = setTimeout(() => this.#ask(), WAIT_MS);
  }

  async #ask() {
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const asked = new URLSearchParams(new FormData(this.#form));
    asked.set('limit', SHOWN);
    try {
      const answer = await fetch(`${this.#form.dataset.suggest}?${asked}`, { signal, headers: { Accept: 'application/json' } });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (!signal.aborted) this.#show(found);
    } catch (error) {
      if (!signal.aborted) this.#close(); // the network is gone; the form still works
    }
  }

  #show(found) {
    const id = (number) => `${this.#list.id}-${number}`;
    this.#list.replaceChildren(...found.map((one, number) => optionOf(one, id(number))));
    this.#activate(-1);
    const isOpen = found.length > 0 && document.activeElement === this.#input;
    this.#list.hidden = !isOpen;
    this.#input.setAttribute('aria-expanded', isOpen);
    this.#status.textContent = isOpen ? this.#word('Found', { n: found.length }) : '';
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#show([]);
  }

  #activate(number) {
    this.#active = number;
    [...this.#list.children].forEach((option, at) => option.setAttribute('aria-selected', at === number));
    const option = this.#list.children[number];
    if (option) this.#input.setAttribute('aria-activedescendant', option.id);
    else this.#input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }

  #press(event) {
    const { length } = this.#list.children;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && length) {
      const places = length + 1; // one of them is the input itself
      this.#activate(((this.#active + 1 + step + places) % places) - 1);
    } else if (event.key === 'ArrowDown' && this.#input.value.trim()) this.#ask();
    else if (event.key === 'Enter' && this.#active >= 0) this.#follow(this.#list.children[this.#active]);
    else if (event.key === 'Escape' && length) this.#close();
    else return;
    event.preventDefault();
  }

  #follow(option) {
    if (option) location.assign(option.dataset.href);
  }
}

document.querySelectorAll('form[data-suggest]').forEach((form, number) => new SearchBox(form, number));
