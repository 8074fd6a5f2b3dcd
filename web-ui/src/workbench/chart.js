// A chart of a table of results: one column names, another one counts.

import { drawn, element } from '../shared/dom.js';

const WIDTH = 720, ROW = 26, NAME = 220, MOST = 60, SLICES = 8;

function readTable(table) {
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const isNumber = columns.map((_, at) => rows.some((row) => row[at].textContent.trim())
    && rows.every((row) => !row[at].textContent.trim() || row[at].classList.contains('number')));
  return { columns, rows, isNumber };
}

const valueOf = (cell) => Number.parseFloat(cell.textContent) || 0;
const nameOf = (cell) => (cell.querySelector('a, .literal') ?? cell).textContent.trim().slice(0, 80);

export const canChart = (table) => readTable(table).isNumber.some(Boolean);

function bars(points) {
  const most = Math.max(...points.map(({ value }) => Math.abs(value)), 1e-9);
  const rows = points.map(({ name, value }, at) => drawn('g', { transform: `translate(0 ${at * ROW})` },
    drawn('text', { x: NAME - 10, y: 17, class: 'end' }, name.length > 30 ? `${name.slice(0, 29)}…` : name),
    drawn('rect', { x: NAME, y: 3, width: Math.max(1, (Math.abs(value) / most) * (WIDTH - NAME - 80)), height: ROW - 8, class: 'mark-0' }),
    drawn('text', { x: NAME + 8 + (Math.abs(value) / most) * (WIDTH - NAME - 80), y: 17 }, String(value)),
  ));
  return [points.length * ROW, rows];
}

function line(points) {
  const height = 300, left = 60, bottom = 40;
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(...values, 1e-9)];
  const x = (at) => left + (at / Math.max(points.length - 1, 1)) * (WIDTH - left - 20);
  const y = (value) => 10 + (1 - (value - least) / (most - least)) * (height - bottom - 10);
  const path = points.map(({ value }, at) => `${at ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const step = Math.ceil(points.length / 6);
  return [height, [
    ...[least, most].map((value) => drawn('text', { x: left - 8, y: y(value) + 4, class: 'end' }, String(value))),
    drawn('path', { d: `M${left} ${y(least)}H${WIDTH - 20}`, class: 'axis' }),
    drawn('path', { d: path, class: 'line' }),
    ...points.map(({ name, value }, at) => drawn('circle', { cx: x(at), cy: y(value), r: 3, class: 'mark-0' }, drawn('title', {}, `${name}: ${value}`))),
    ...points.flatMap(({ name }, at) => (at % step ? [] : [drawn('text', { x: x(at), y: height - 14, class: at ? 'middle' : '' }, name.slice(0, 14))])),
  ]];
}

function pie(points, word) {
  const sorted = points.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const rest = sorted.slice(SLICES - 1);
  const slices = rest.length > 1
    ? [...sorted.slice(0, SLICES - 1), { name: word('Others', { n: rest.length }), value: rest.reduce((sum, { value }) => sum + value, 0) }] : sorted;
  const total = slices.reduce((sum, { value }) => sum + value, 0);
  let turn = 0;
  const at = (part) => `${(150 + 130 * Math.sin(2 * Math.PI * part)).toFixed(2)} ${(150 - 130 * Math.cos(2 * Math.PI * part)).toFixed(2)}`;
  const parts = slices.flatMap(({ name, value }, number) => {
    const from = turn, share = value / total;
    turn += share;
    const shape = share > 0.9999 ? drawn('circle', { cx: 150, cy: 150, r: 130 })
      : drawn('path', { d: `M150 150L${at(from)}A130 130 0 ${share > 0.5 ? 1 : 0} 1 ${at(turn)}Z` });
    shape.setAttribute('class', `slice mark-${number}`);
    return [shape,
      drawn('rect', { x: 330, y: 20 + number * 30, width: 14, height: 14, class: `mark-${number}` }),
      drawn('text', { x: 354, y: 32 + number * 30 }, `${name.slice(0, 36)}: ${value} (${Math.round(share * 100)} %)`)];
  });
  return [300, parts];
}

const KINDS = { Bars: bars, Line: line, Pie: pie };

export function chartOf(table, word) {
  const { columns, rows, isNumber } = readTable(table);
  const options = (wanted) => columns.flatMap((name, at) => (wanted(at) ? [element('option', { value: at }, name)] : []));
  const kind = element('select', {}, ...Object.keys(KINDS).map((name) => element('option', { value: name }, word(name))));
  const named = element('select', {}, ...options(() => true));
  const counted = element('select', {}, ...options((at) => isNumber[at]));
  named.value = Math.max(0, isNumber.indexOf(false));
  const place = element('div', { class: 'scroll' });

  function draw() {
    const points = rows.slice(0, MOST).map((row) => ({ name: nameOf(row[named.value]), value: valueOf(row[counted.value]) }));
    const [height, parts] = KINDS[kind.value](points, word);
    const title = word('ChartTitle', { numbers: columns[counted.value], names: columns[named.value] });
    place.replaceChildren(drawn('svg', { viewBox: `0 0 ${WIDTH} ${height}`, class: 'chart', role: 'img', 'aria-label': title }, ...parts));
    if (rows.length > MOST) place.append(element('p', { class: 'note' }, word('FirstRows', { n: MOST, all: rows.length })));
  }

  for (const choice of [kind, named, counted]) choice.addEventListener('change', draw);
  draw();
  const labelled = (text, choice) => element('label', {}, `${text} `, choice);
  return element('div', {}, element('p', { class: 'chart-choices' }, labelled(word('Kind'), kind), labelled(word('Names'), named), labelled(word('Numbers'), counted)), place);
}
