/**
 * Tells Monaco where its workers are: three files of our own origin, so that `worker-src 'self'` is enough.
 * Must be imported before anything that loads Monaco.
 */
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphqlWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

window.MonacoEnvironment = {
  getWorker(_workerId: string, language: string): Worker {
    if (language === 'graphql') return new GraphqlWorker();
    if (language === 'json') return new JsonWorker();
    return new EditorWorker();
  },
};
