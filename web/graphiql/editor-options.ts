/**
 * Editor settings that GraphiQL has no props for. Applied to each editor that Monaco makes, through Monaco's own event.
 */
import type { editor } from 'monaco-graphql/esm/monaco-editor.js';

const OPTIONS: editor.IEditorOptions = {
  // Names with ı, і or ο are people here, not look-alikes of ASCII: without this every Turkish name is framed in yellow.
  unicodeHighlight: { ambiguousCharacters: false },
  wordWrap: 'on',
};

/**
 * Waits for the very module that GraphiQL loads, so it costs nothing, and must not be a smaller part of Monaco: whatever is
 * registered after the first call of its API is never seen. May be called before or after the first editor is made.
 */
export async function applyEditorOptions(): Promise<void> {
  const { editor } = await import('monaco-graphql/esm/monaco-editor.js');
  editor.onDidCreateEditor((created) => created.updateOptions(OPTIONS));
  for (const existing of editor.getEditors()) existing.updateOptions(OPTIONS);
}
