// The picture as SVG, from the positions of what is drawn.

import { drawn } from '../shared/dom.js';

const rounded = (number) => Math.round(number * 10) / 10;

export function svgOf(graph) {
  const visible = graph.elements().not('.left-out');
  const { x1, y1, w, h } = visible.boundingBox();
  const edges = visible.edges().map((edge) => {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const end = { x: to.x - ((to.x - from.x) / length) * 12, y: to.y - ((to.y - from.y) / length) * 12 };
    return [
      drawn('path', { d: `M${rounded(from.x)} ${rounded(from.y)}L${rounded(end.x)} ${rounded(end.y)}`, stroke: '#8a949b', 'marker-end': 'url(#tip)' }),
      drawn('text', { x: rounded((from.x + to.x) / 2), y: rounded((from.y + to.y) / 2), 'font-size': 9, fill: '#56616a' }, edge.data('label')),
    ];
  });
  const nodes = visible.nodes().map((node) => {
    const { x, y } = node.position();
    const link = drawn('a', { href: node.id() },
      drawn('circle', { cx: rounded(x), cy: rounded(y), r: node.data('isExpanded') ? 10 : 7, fill: node.data('isExpanded') ? '#14586a' : '#fff', stroke: '#14586a', 'stroke-width': 2 }),
      drawn('text', { x: rounded(x), y: rounded(y + 20) }, node.data('label')));
    return link;
  });
  const tip = drawn('marker', { id: 'tip', viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    drawn('path', { d: 'M0 0L10 5L0 10Z', fill: '#8a949b' }));
  const box = [x1 - 10, y1 - 10, w + 20, h + 20].map(rounded);
  const svg = drawn('svg', { viewBox: box.join(' '), width: box[2], height: box[3], 'font-family': 'sans-serif', 'font-size': 11, 'text-anchor': 'middle', fill: '#1d2429' },
    drawn('defs', {}, tip), ...edges.flat(), ...nodes);
  return new XMLSerializer().serializeToString(svg);
}
