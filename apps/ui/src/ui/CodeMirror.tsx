import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { CodeEditorProps } from './code';
import { editorState, showProblems } from './editor-state';

/**
 * The editor itself. It lives in a shadow root: there its styles are constructed sheets, which the policy of the page
 * allows, and in the document they would be a `<style>`, which it does not.
 */
export function CodeMirror({ label, language, value, onText, onSave, problems = [], place }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const heard = useRef({ onText, onSave });
  const first = useRef(value);
  const isReadOnly = onText === undefined;
  useEffect(() => {
    heard.current = { onText, onSave };
  });
  useEffect(() => {
    const element = host.current as HTMLDivElement;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const view = new EditorView({
      root,
      parent: root,
      state: editorState(first.current, {
        label,
        language,
        isReadOnly,
        onText: (text) => heard.current.onText?.(text),
        onSave: () => heard.current.onSave?.(),
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label, language, isReadOnly]);
  useEffect(() => {
    first.current = value;
    const view = editor.current;
    if (view === undefined || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => editor.current?.dispatch({ effects: showProblems.of(problems) }), [problems, value]);
  useEffect(() => {
    if (place !== undefined && editor.current !== undefined) lead(editor.current, place);
  }, [place]);
  return <div ref={host} />;
}

function lead(view: EditorView, { line, column = 1 }: { readonly line: number; readonly column?: number }): void {
  const { from, to } = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
  const anchor = Math.min(from + column - 1, to);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
  view.focus();
}
