// The result as the server made it, and other views of it: a chart, and the raw data.

import { element } from '../shared/dom.js';
import { canChart, chartOf } from './chart.js';

const SHOWN_CHARACTERS = 100_000;

async function raw(section) {
  const shown = element('pre', { class: 'raw', tabindex: '0' }, '…');
  const link = section.querySelector('.formats a[href*="format=srj"], .formats a[href*="format=ttl"]');
  const answer = await fetch(link.href);
  const text = await answer.text();
  const isJson = answer.headers.get('Content-Type').includes('json');
  const whole = isJson ? JSON.stringify(JSON.parse(text), null, 1) : text;
  shown.textContent = whole.length > SHOWN_CHARACTERS ? `${whole.slice(0, SHOWN_CHARACTERS)}\n…` : whole;
  return shown;
}

// Add views to a result that has a table.
export function enhance(section, word) {
  for (const link of section.querySelectorAll('.formats a[href*="format=csv"]')) link.download = 'result.csv';
  const table = section.querySelector('table.solutions');
  if (!table) return;
  const views = { Table: () => [] };
  if (canChart(table)) views.Chart = () => [chartOf(table, word)];
  views.Raw = async () => [await raw(section)];
  const place = element('div', {});
  const buttons = Object.entries(views).map(([name, make]) => {
    const button = element('button', { type: 'button', 'aria-pressed': String(name === 'Table') }, word(name));
    button.addEventListener('click', async () => {
      for (const other of buttons) other.setAttribute('aria-pressed', other === button);
      table.parentElement.hidden = name !== 'Table';
      place.replaceChildren(...(await make()));
    });
    return button;
  });
  section.querySelector('.views').replaceChildren(...buttons);
  table.parentElement.before(place);
}
