import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { EditorState, StateEffect, StateField, type Text } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { CodeProblem } from './code';
import { hclMode } from './hcl-mode';

interface EditorOptions {
  readonly label: string;
  readonly language: 'hcl' | 'json';
  readonly isReadOnly: boolean;
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
}

export function editorState(doc: string, { label, language, isReadOnly, onText, onSave }: EditorOptions): EditorState {
  const save = {
    key: 'Mod-s',
    preventDefault: true,
    run: () => {
      onSave();
      return true;
    },
  };
  return EditorState.create({
    doc,
    extensions: [
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      indentUnit.of('  '),
      // No Tab: it leaves the editor, as it leaves every field.
      keymap.of([save, ...defaultKeymap, ...historyKeymap]),
      language === 'json' ? json() : StreamLanguage.define(hclMode),
      syntaxHighlighting(COLOURS),
      problemMarks,
      LOOK,
      isReadOnly ? [] : [ROOMY, replacing],
      EditorState.readOnly.of(isReadOnly),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) onText(state.doc.toString());
      }),
    ],
  });
}

/**
 * Text over a selection of several lines would have the browser join them, and keep their looks by `style` attributes,
 * which the policy of the page reports.
 */
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.data === null || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data), { scrollIntoView: true, userEvent: 'input.type' });
    return true;
  },
});

export const showProblems = StateEffect.define<readonly CodeProblem[]>();

const problemMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { changes, effects, state }) =>
    effects.reduce(
      (now, effect) => (effect.is(showProblems) ? marksOf(state.doc, effect.value) : now),
      marks.map(changes),
    ),
  provide: (field) => EditorView.decorations.from(field),
});

function marksOf(doc: Text, problems: readonly CodeProblem[]): DecorationSet {
  const marks = problems.flatMap(({ line, column, text, kind }) => {
    if (line > doc.lines) return [];
    const { from, to, text: content } = doc.line(line);
    const start = Math.min(from + column - 1, to);
    const word = /^(?:"(?:[^"\\]|\\.)*"?|[\w.-]+|\S)/.exec(content.slice(start - from))?.[0] ?? '';
    // What ends too early is marked at what stands before its end.
    const [begin, end] = word === '' ? [Math.max(from, start - 1), start] : [start, start + word.length];
    return begin < end
      ? [Decoration.mark({ class: `problem ${kind}`, attributes: { title: text } }).range(begin, end)]
      : [];
  });
  return Decoration.set(marks, true);
}

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.propertyName, tags.attributeName], color: 'var(--series-2)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'transparent', maxHeight: '60vh' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: '450 12.5px/20px var(--mono)', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--text-3)', borderRight: '1px solid var(--border)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent-soft) 55%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--accent-soft)', color: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '.problem': { textDecoration: 'underline wavy var(--bad) 1.5px', textUnderlineOffset: '3px' },
  '.problem.warning': { textDecorationColor: 'var(--warn)' },
});

const ROOMY = EditorView.theme({ '.cm-content, .cm-gutter': { minHeight: '220px' } });
