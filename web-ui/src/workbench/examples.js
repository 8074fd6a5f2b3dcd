// The stored queries, to begin with: one is chosen, its parameters are filled in, its text goes into the editor.

import { element } from '../shared/dom.js';

const LANGUAGE = document.documentElement.lang;

export async function offerExamples(place, address, word, use) {
  const { queries } = await (await fetch(address, { headers: { Accept: 'application/json' } })).json();
  const languageOf = ({ title }) => (LANGUAGE in title ? LANGUAGE : Object.keys(title)[0]);
  const titleOf = (query) => query.title[languageOf(query)] ?? query.name;
  const options = queries.map((query, at) => element('option', { value: at, lang: languageOf(query) }, titleOf(query)));
  const choice = element('select', {}, element('option', { value: '' }, word('Choose')), ...options);
  const fields = element('div', { class: 'example-parameters' });

  async function take(query) {
    const given = [...fields.querySelectorAll('input')].filter((input) => input.value !== input.defaultValue);
    const values = new URLSearchParams(given.map((input) => [input.dataset.parameter, input.value]));
    const answer = await fetch(`${query.text}${given.length ? `?${values}` : ''}`, { headers: { Accept: 'application/sparql-query, application/problem+json' } });
    if (answer.ok) use((await answer.text()).replace(/^(#.*\n)+\n?/, `# ${titleOf(query)}\n`)); // its header tells the rest
    fields.querySelector('.wrong')?.remove();
    if (!answer.ok) fields.append(element('p', { class: 'wrong', role: 'alert', lang: 'en' }, (await answer.json()).detail));
  }

  choice.addEventListener('change', () => {
    const query = queries[choice.value];
    fields.replaceChildren(...(query?.parameters ?? []).map((parameter) => {
      const input = element('input', { 'data-parameter': parameter.name, value: parameter.default ?? '', placeholder: word('Any'), autocomplete: 'off' });
      input.addEventListener('change', () => take(query));
      return element('label', {}, `${parameter.name}: ${parameter.description} `, input);
    }));
    if (query) take(query);
  });
  place.replaceChildren(element('label', {}, `${word('Examples')} `, choice));
  return fields;
}
