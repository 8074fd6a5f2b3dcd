// The picture of the explorer: Cytoscape draws a thing among its neighbours; a click brings theirs. The lists on the page
// say the same of the thing itself.

import cytoscape from 'cytoscape';
import { element } from './shared/dom.js';
import { wordsOf } from './shared/words.js';
import { svgOf } from './explorer/svg.js';

const SHOWN_OF_A_WAY = 6, SHOWN_ON_A_PHONE = 3;
const PHONE = 600;
// Names of more links than these are told only where one points.
const MOST_NAMED = 24;
const MOST = 300;

const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const shortened = (text) => (text.length > 42 ? `${text.slice(0, 41)}…` : text);

const colours = () => Object.fromEntries(['ink', 'soft', 'accent', 'raised', 'paper'].map((name) => [name, variable(`--${name}`)]));

function look() {
  const { ink, soft, accent, raised, paper } = colours();
  return [
    { selector: 'node', style: {
      label: 'data(label)', color: ink, 'font-size': 11, 'font-family': 'sans-serif', width: 14, height: 14, 'background-color': soft,
      'text-valign': 'bottom', 'text-margin-y': 4, 'text-wrap': 'wrap', 'text-max-width': 110,
      'text-background-color': paper, 'text-background-opacity': 0.8 } },
    { selector: 'node[explore]', style: { 'background-color': raised, 'border-width': 2, 'border-color': accent } },
    { selector: 'node[?isExpanded]', style: { 'background-color': accent, width: 20, height: 20, 'font-weight': 'bold' } },
    { selector: 'edge', style: {
      color: soft, 'font-size': 9, 'font-family': 'sans-serif', width: 1, 'line-color': soft, 'curve-style': 'bezier',
      'target-arrow-shape': 'triangle', 'target-arrow-color': soft, 'arrow-scale': 0.8, 'text-rotation': 'autorotate',
      'text-background-color': paper, 'text-background-opacity': 0.8 } },
    { selector: 'edge.named', style: { label: 'data(label)' } },
    { selector: '.left-out', style: { display: 'none' } },
  ];
}

class Explorer {
  #place;
  #word;
  #graph;
  #expanded = [];
  #leftOut = new Set();
  #filter = element('fieldset', { class: 'filter' });
  #status = element('span', { role: 'status', class: 'note' });

  constructor(place) {
    this.#place = place;
    this.#word = wordsOf(place);
    // Cytoscape would write a style element, which the policy forbids, unless there is something of this name.
    document.head.append(element('meta', { id: '__________cytoscape_stylesheet' }));
    this.#graph = cytoscape({ container: place.querySelector('.stage'), style: look(), minZoom: 0.2, maxZoom: 3 });
    this.#graph.on('mouseover', 'node, edge', ({ target }) => this.#name(target.isNode() ? target.connectedEdges() : target));
    this.#graph.on('mouseout', 'node, edge', () => this.#name(this.#graph.collection()));
    this.#graph.on('tap', 'node', ({ target }) => this.#tapped(target));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#graph.style(look()));
    const button = (name, act) => {
      const made = element('button', { type: 'button' }, name);
      made.addEventListener('click', act);
      return made;
    };
    place.querySelector('.tools').append(
      button(this.#word('Fit'), () => this.#graph.fit(undefined, 30)),
      button(this.#word('Save'), () => this.#save()),
      this.#status,
    );
    place.append(element('details', {}, element('summary', {}, this.#word('Properties')), this.#filter));
    this.expand(location.href);
  }

  async expand(address) {
    const answer = await fetch(address, { headers: { Accept: 'application/json' } });
    if (!answer.ok) return this.#tell(this.#word('NothingMore'));
    const found = await answer.json();
    this.#expanded.push(found.iri);
    this.#add(found);
    this.#arrange(found.iri);
    this.#offerProperties();
    this.#updateQuery();
    const drawn = { things: this.#graph.nodes().length, links: this.#graph.edges().length };
    return this.#tell(this.#word(drawn.things < MOST ? 'Drawn' : 'DrawnAtMost', drawn));
  }

  #add(found) {
    const graph = this.#graph;
    const centre = graph.getElementById(found.iri).nonempty() ? graph.getElementById(found.iri).position() : { x: 0, y: 0 };
    const node = ({ iri, label, href, explore }, position) => {
      if (graph.getElementById(iri).empty()) graph.add({ data: { id: iri, label: shortened(label), href, ...(explore && { explore }) }, position: { ...position } });
    };
    node({ ...found, explore: location.href }, centre);
    graph.getElementById(found.iri).data('isExpanded', true);
    const [width, height] = [graph.width(), graph.height()];
    const shown = width < PHONE ? SHOWN_ON_A_PHONE : SHOWN_OF_A_WAY;
    const links = [
      ...found.out.flatMap((way) => way.neighbours.slice(0, shown).map((one) => [way.property, found, one, one])),
      ...found.in.flatMap((way) => way.neighbours.slice(0, shown).map((one) => [way.property, one, found, one])),
    ];
    // An ellipse as wide and high as the stage, the larger the more stand on it.
    const spread = 350 * Math.min(1, Math.max(0.5, Math.sqrt(links.length / 36)));
    const [across, along] = [spread * Math.sqrt(width / height), spread * Math.sqrt(height / width)];
    links.forEach(([property, from, to, other], number) => {
      if (graph.nodes().length >= MOST && graph.getElementById(other.iri).empty()) return;
      const turn = (2 * Math.PI * number) / links.length;
      const ring = links.length > 16 && number % 2 ? 0.62 : 1; // neighbours in one ring would lie on each other
      node(other, { x: centre.x + across * ring * Math.cos(turn), y: centre.y + along * ring * Math.sin(turn) });
      const id = `${from.iri} ${property.iri} ${to.iri}`;
      if (graph.getElementById(id).empty()) graph.add({ data: { id, source: from.iri, target: to.iri, label: property.label, property: property.iri } });
    });
    this.#hide();
  }

  #arrange() {
    this.#name(this.#graph.collection());
    if (this.#expanded.length === 1) this.#graph.fit(undefined, 30);
    else this.#graph.layout({ name: 'cose', animate: false, randomize: false, nodeRepulsion: () => 60_000, idealEdgeLength: () => 110, padding: 30, fit: true }).run();
  }

  #name(pointed) {
    this.#graph.edges().removeClass('named');
    const edges = this.#graph.edges().not('.left-out');
    (edges.length > MOST_NAMED ? pointed : edges).addClass('named');
  }

  #tapped(node) {
    const { isExpanded, explore, href } = node.data();
    if (!isExpanded && explore) this.expand(explore);
    else if (href) location.assign(href);
  }

  #offerProperties() {
    const properties = new Map(this.#graph.edges().map((edge) => [edge.data('property'), edge.data('label')]));
    this.#filter.replaceChildren(element('legend', { class: 'unseen' }, this.#word('DrawnProperties')), ...[...properties].map(([iri, label]) => {
      const box = element('input', { type: 'checkbox', checked: !this.#leftOut.has(iri) });
      box.addEventListener('change', () => {
        if (box.checked) this.#leftOut.delete(iri);
        else this.#leftOut.add(iri);
        this.#hide();
        this.#updateQuery();
      });
      return element('label', { title: iri }, box, ` ${label}`);
    }));
  }

  #hide() {
    const graph = this.#graph;
    graph.elements().removeClass('left-out');
    graph.edges().filter((edge) => this.#leftOut.has(edge.data('property'))).addClass('left-out');
    graph.nodes().filter((node) => !node.data('isExpanded') && node.connectedEdges().not('.left-out').empty()).addClass('left-out');
  }

  // The query that the page has, of all that was brought in and without what was left out.
  #updateQuery() {
    const inBraces = (iris) => iris.map((iri) => `<${iri}>`).join(' ');
    let query = this.#place.dataset.query.replace(/(VALUES \?thing \{)[^}]*\}/, (_, start) => `${start} ${inBraces(this.#expanded)} }`);
    if (this.#leftOut.size) {
      const names = [...this.#leftOut].map((iri) => `<${iri}>`).join(', ');
      query = query.replace(/\n\}\nLIMIT/, () => `\n  FILTER(?property NOT IN (${names}))\n}\nLIMIT`);
    }
    const address = new URL(this.#place.dataset.sparql, location.href);
    address.searchParams.set('query', query);
    document.querySelector('.made-by').href = address;
  }

  #save() {
    const file = new Blob([svgOf(this.#graph, document.title, colours())], { type: 'image/svg+xml' });
    const link = element('a', { href: URL.createObjectURL(file), download: 'neighbourhood.svg' });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  #tell(text) {
    this.#status.textContent = text;
  }
}

const place = document.getElementById('explorer');
if (place) new Explorer(place);
