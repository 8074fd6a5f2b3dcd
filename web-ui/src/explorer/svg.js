// The picture as SVG, from the positions of what is drawn, in the colours of the page. It tells in words what it shows.

import { drawn } from '../shared/dom.js';

const LINE = 19;
const rounded = (number) => Math.round(number * 10) / 10;
const told = (edge) => `${edge.source().data('label')} · ${edge.data('label')} · ${edge.target().data('label')}`;

// Labels are broken as Cytoscape breaks them at 110 px, so that they stay in its box.
function linesOf(label) {
  return label.split(' ').reduce((lines, word) => {
    const longer = `${lines.at(-1)} ${word}`;
    return longer.length > LINE ? [...lines, word] : [...lines.slice(0, -1), longer];
  }, ['']).map((line) => line.trim()).filter(Boolean);
}

export function svgOf(graph, title, { ink, soft, accent, raised, paper }) {
  const visible = graph.elements().not('.left-out');
  const { x1, y1, w, h } = visible.boundingBox();
  const edges = visible.edges().map((edge) => {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const end = { x: to.x - ((to.x - from.x) / length) * 12, y: to.y - ((to.y - from.y) / length) * 12 };
    return [
      drawn('path', { d: `M${rounded(from.x)} ${rounded(from.y)}L${rounded(end.x)} ${rounded(end.y)}`, stroke: soft, 'stroke-width': 1, 'marker-end': 'url(#tip)' }, drawn('title', {}, told(edge))),
      edge.hasClass('named') && drawn('text', { x: rounded((from.x + to.x) / 2), y: rounded((from.y + to.y) / 2), 'font-size': 9, fill: soft }, edge.data('label')),
    ].filter(Boolean);
  });
  const nodes = visible.nodes().map((node) => {
    const { x, y } = node.position();
    const isExpanded = node.data('isExpanded');
    return drawn('a', { href: node.id() },
      drawn('circle', { cx: rounded(x), cy: rounded(y), r: isExpanded ? 10 : 7, fill: isExpanded ? accent : raised, stroke: accent, 'stroke-width': 2 }),
      drawn('text', { y: rounded(y + 20) }, ...linesOf(node.data('label')).map((text, at) => drawn('tspan', { x: rounded(x), dy: at ? '1.1em' : 0 }, text))));
  });
  const tip = drawn('marker', { id: 'tip', viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    drawn('path', { d: 'M0 0L10 5L0 10Z', fill: soft, stroke: 'none' }));
  const [x, y, width, height] = [x1 - 10, y1 - 10, w + 20, h + 20].map(rounded);
  const svg = drawn('svg', {
    viewBox: [x, y, width, height].join(' '), width, height, role: 'img', lang: document.documentElement.lang,
    'font-family': 'sans-serif', 'font-size': 11, 'text-anchor': 'middle', fill: ink, // and around texts, the ground
    stroke: paper, 'stroke-width': 2.5, 'paint-order': 'stroke',
  },
  drawn('title', {}, title),
  drawn('desc', {}, visible.edges().map(told).join('\n')),
  drawn('defs', {}, tip),
  drawn('rect', { x, y, width, height, fill: paper }), ...edges.flat(), ...nodes);
  return new XMLSerializer().serializeToString(svg);
}
