// The editor: CodeMirror in a shadow root, where it uses constructed style sheets; the policy forbids style elements.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { sparql } from '@codemirror/legacy-modes/mode/sparql';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, drawSelection, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.variableName, tags.definition(tags.variableName), tags.standard(tags.variableName)], color: 'var(--code-2)' },
  { tag: [tags.string, tags.number, tags.atom, tags.bool], color: 'var(--code-1)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--raised)', fontSize: '.9rem', minHeight: 'var(--height)', maxHeight: '70vh', borderRadius: '7px' },
  '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', overflow: 'auto', borderRadius: '7px' },
  '.cm-content': { padding: '.7rem 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--soft)', backgroundColor: 'var(--raised)', border: '0' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--tint)', outline: '1px solid var(--line)' },
  '.cm-mistaken-line': { backgroundColor: 'var(--wrong-tint)' },
  '.cm-mistake': { textDecoration: 'underline wavy var(--wrong)', textUnderlineOffset: '.2em' },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--raised)', border: '1px solid var(--line)', borderRadius: '6px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxWidth: '90vw' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { color: 'var(--paper)', backgroundColor: 'var(--accent)' },
  '.cm-completionDetail': { fontFamily: 'var(--sans)', fontStyle: 'normal', opacity: '.85' },
});

const setMistake = StateEffect.define();
const mistake = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const told = transaction.effects.find((effect) => effect.is(setMistake));
    if (told) return told.value ? marksAt(transaction.state.doc, told.value) : Decoration.none;
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function placeOf(doc, { line, column }) {
  const { from, to, text } = doc.line(Math.min(line, doc.lines));
  // The server counts characters as Unicode does, an editor in JavaScript counts UTF-16 units.
  return { from, to, at: Math.min(from + [...text].slice(0, column - 1).join('').length, to) };
}

function marksAt(doc, place) {
  const { from, to, at } = placeOf(doc, place);
  const marks = [Decoration.line({ class: 'cm-mistaken-line' }).range(from)];
  const rest = doc.sliceString(at, to);
  const length = rest.match(/^([\w:?$<]+|.)/u)?.[0].length ?? 0;
  if (length) marks.push(Decoration.mark({ class: 'cm-mistake' }).range(at, at + length));
  return Decoration.set(marks);
}

export class Editor {
  #view;

  // Take the place of a text area, which stays in its form and is filled when that is sent.
  constructor(textarea, { completions, run, change, word }) {
    const host = document.createElement('div');
    host.className = 'editor';
    host.style.setProperty('--height', `${textarea.offsetHeight - 2}px`);
    const shadow = host.attachShadow({ mode: 'open' });
    const label = textarea.labels[0];
    this.#view = new EditorView({
      root: shadow,
      parent: shadow,
      state: EditorState.create({
        doc: textarea.value,
        extensions: [
          lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), mistake, look,
          EditorView.lineWrapping,
          EditorState.tabSize.of(2),
          EditorState.phrases.of({ Completions: word('Completions'), 'Selection deleted': word('SelectionDeleted'), 'Control character': word('ControlCharacter') }),
          StreamLanguage.define(sparql),
          syntaxHighlighting(colours),
          autocompletion({ override: completions, icons: false }),
          EditorView.contentAttributes.of({ 'aria-label': label.textContent, spellcheck: 'false', autocapitalize: 'off' }),
          EditorView.updateListener.of((update) => update.docChanged && change()),
          keymap.of([
            { key: 'Mod-Enter', run: () => (run(), true) },
            ...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap,
          ]),
        ],
      }),
    });
    textarea.after(host);
    textarea.hidden = true;
    label.addEventListener('click', () => this.focus());
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  set text(text) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  // Mark where a query is wrong, line and column from 1; without a place, remove the mark.
  mark(place, { focus = true } = {}) {
    this.#view.dispatch({ effects: setMistake.of(place) });
    if (!place) return;
    const { at } = placeOf(this.#view.state.doc, place);
    this.#view.dispatch({ selection: { anchor: at } });
    if (focus) this.focus();
  }

  focus() {
    this.#view.focus();
  }
}
