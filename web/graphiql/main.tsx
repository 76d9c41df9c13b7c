/**
 * The GraphiQL page: the editor, our example tabs, and a notice that says which upstream answers.
 * Request headers are never stored (they may carry credentials); queries stay in this browser's local storage.
 */
import './workers.js';
import 'graphiql/graphiql.css';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import './page.css';
import { GraphiQL } from 'graphiql';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { applyEditorOptions } from './editor-options.js';
import { exampleTabs } from './example-tabs.js';
import { graphqlFetcher } from './fetcher.js';
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
  const [fetcher] = useState(() => graphqlFetcher('/graphql', setUpstream));
  return (
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
  );
}
