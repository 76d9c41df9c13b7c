/**
 * The GraphiQL page: the editor, our example tabs, a notice that says which upstream answers, and one that takes an API key.
 * Neither the key nor request headers are ever stored; queries stay in this browser's local storage.
 */
import './workers.js';
import 'graphiql/graphiql.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { StrictMode, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { applyEditorOptions } from './editor-options.js';
import { exampleTabs } from './example-tabs.js';
import { graphqlFetcher } from './fetcher.js';
import { KeyNotice, type KeyState } from './key-notice.js';
import { type Upstream, UpstreamNotice } from './upstream-notice.js';

/** Without the history: it stores the headers of every run in the browser, whatever `shouldPersistHeaders` says. */
const NO_PLUGINS: [] = [];

void applyEditorOptions();

const container = document.getElementById('graphiql');
if (container === null) throw new Error('index.html has no #graphiql element');
createRoot(container).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

function Page() {
  const [upstream, setUpstream] = useState<Upstream | null>(null);
  const [apiKey, setApiKey] = useState<string | null>(null);
  const [isRefused, setIsRefused] = useState(false);
  // A new fetcher has GraphiQL read the schema anew: with the key it may, without it not.
  const fetcher = useMemo(
    () => graphqlFetcher('/graphql', { apiKey, onUpstream: setUpstream, onAdmission: (is) => setIsRefused(!is) }),
    [apiKey],
  );
  return (
    <>
      <KeyNotice state={toKeyState(apiKey, isRefused)} onKey={setApiKey} />
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={exampleTabs}
        defaultTheme="light"
        defaultEditorToolsVisibility={false}
        shouldPersistHeaders={false}
        plugins={NO_PLUGINS}
        schemaDescription
        inputValueDeprecation
      >
        <GraphiQL.Logo>
          <UpstreamNotice upstream={upstream} />
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}

function toKeyState(apiKey: string | null, isRefused: boolean): KeyState {
  if (apiKey === null) return isRefused ? 'WANTED' : 'OPEN';
  return isRefused ? 'REFUSED' : 'USED';
}
