/** A server that has one finished export, and that can be told what to do wrong: for tests of what asks it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const FAKE_FILE = 'name\r\nAda\r\n';

export type Spoiled = 'other bytes' | 'half of it' | 'an error';

export interface FakeExportServer {
  readonly url: string;
  /** The next operation of this name gets no answer. */
  hangUpOnce(operation: string): void;
  /** What comes for the file from now on. */
  spoil(spoiled: Spoiled): void;
  /** Runs before the file is sent. */
  beforeFile(run: () => void): void;
  asked(): readonly { readonly path: string; readonly key: string | undefined }[];
  stop(): Promise<void>;
}

export async function startFakeExportServer(): Promise<FakeExportServer> {
  const asked: { path: string; key: string | undefined }[] = [];
  let hangUp: string | null = null;
  let spoiled: Spoiled | null = null;
  let runBefore = () => undefined as unknown;

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    asked.push({ path: request.url ?? '', key: request.headers.authorization });
    const body = Buffer.concat(await request.toArray()).toString();
    if (hangUp !== null && body.includes(`query ${hangUp}`)) {
      hangUp = null;
      response.destroy();
    } else if (request.url === '/graphql') {
      response.end(JSON.stringify({ data: toData(body) }));
    } else {
      runBefore();
      sendFile(response, spoiled);
    }
  };
  const server = createServer((request, response) => void receive(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hangUpOnce: (operation) => {
      hangUp = operation;
    },
    spoil: (what) => {
      spoiled = what;
    },
    beforeFile: (run) => {
      runBefore = run;
    },
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}

const PROGRESS = { companiesDone: 1, companiesTotal: 1, rows: 1, percent: 100, estimatedSecondsLeft: null };

function toData(body: string): object {
  if (body.includes('viewer')) return { viewer: { upstream: 'KEEPNET' } };
  const job = { id: 'ExportJob:1', progress: PROGRESS };
  if (body.includes('mutation Start')) return { payload: { job: { ...job, state: 'RUNNING', pollAfterMs: 10 } } };
  const file = {
    bytes: FAKE_FILE.length,
    rows: 1,
    sha256: createHash('sha256').update(FAKE_FILE).digest('hex'),
    // As a server knows itself that is reached by another name.
    url: 'http://inside.example/exports/1/files/x.csv?signature=s',
  };
  const coverage = { companiesInScope: 1, answered: 1, gaps: [] };
  return { job: { ...job, state: 'SUCCEEDED', pollAfterMs: null, code: null, files: [file], coverage } };
}

function sendFile(response: ServerResponse, spoiled: Spoiled | null): void {
  if (spoiled === 'an error') {
    response.writeHead(410).end();
  } else if (spoiled === 'half of it') {
    response.writeHead(200, { 'content-length': FAKE_FILE.length });
    response.write(FAKE_FILE.slice(0, 5), () => response.destroy());
  } else {
    response.end(spoiled === 'other bytes' ? FAKE_FILE.toUpperCase() : FAKE_FILE);
  }
}
