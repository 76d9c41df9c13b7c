/**
 * What the README and the papers show is what a reader gets who copies it: the queries are asked and the commands run, with his
 * server's address and key in their place, and where an answer is shown it is a shortening of the one that comes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExampleHouse, openExampleHouse } from './support/example-house.js';

const README = readFileSync('README.md', 'utf8');
/** In a file of curl's own, so that the commands are run as they stand. */
const STRICT = "printf 'fail-with-body\\nsilent\\nshow-error\\n' > .curlrc; export CURL_HOME=$PWD; set -euo pipefail";
const QUARTER = { from: '2026-10-01', to: '2026-12-31' };

let open: ExampleHouse;
let keyed: ExampleHouse;
beforeAll(async () => {
  // As many people as the server of a reader has.
  const env = { SIMULATOR_USERS: '200' };
  open = await openExampleHouse({ ...env, ACCESS: 'open' });
  keyed = await openExampleHouse(env);
});
afterAll(async () => {
  await open.close();
  await keyed.close();
});

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(paper: string): readonly Block[] {
  return [...paper.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language = '', text = '']) => ({ language, text }));
}

const asksForRows = ({ language, text }: Block) =>
  language === 'sh' && /curl .*127\.0\.0\.1:4000\/(tables|odata|stream|graphql)/.test(text);

/** A key is made by other tests; making one needs a build. */
async function runShown({ text }: Block) {
  const { house, run } = text.includes('$KEY') ? keyed : open;
  const commands = text
    .replaceAll('http://127.0.0.1:4000', house.url)
    .replace(/\$\(node dist\/cli\.js key create [^)]*\)/, '$KEEPNET_GRAPH_KEY')
    .replace(/^npm run build$/m, '');
  return run('bash', ['-c', `${STRICT}\n${commands}`]);
}

/** Of objects some properties are shown, of lists some entries, in their order. */
function isShortened(shown: unknown, whole: unknown): boolean {
  if (Array.isArray(shown) && Array.isArray(whole)) {
    let at = -1;
    return shown.every((entry) => {
      at = whole.findIndex((other, index) => index > at && isShortened(entry, other));
      return at >= 0;
    });
  }
  if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) return shown === whole;
  if (typeof whole !== 'object' || whole === null) return false;
  const others = whole as Readonly<Record<string, unknown>>;
  return Object.entries(shown).every(([name, value]) => isShortened(value, others[name]));
}

describe('the README', () => {
  const blocks = blocksOf(README);

  it('shows of its first query what is answered to it, the customer that is closed included', async () => {
    const at = blocks.findIndex(({ text }) => text.startsWith('query Customers'));
    const [query, answer, error] = blocks.slice(at, at + 3).map(({ text }) => text);
    const { body } = await open.house.ask<unknown>(query ?? '', {});
    expect(isShortened(JSON.parse(answer ?? ''), body)).toBe(true);
    expect(isShortened([JSON.parse(error ?? '')], body.errors)).toBe(true);
  });

  it('shows only queries that are answered', async () => {
    const queries = blocks.filter(({ language, text }) => language === 'graphql' && text.startsWith('query '));
    expect(queries.length).toBeGreaterThanOrEqual(6);
    for (const { text } of queries.filter((block) => !block.text.includes('ExportJob:'))) {
      const { status, body } = await open.house.ask<unknown>(text, text.includes('$from') ? QUARTER : {});
      const codes = new Set((body.errors ?? []).map(({ extensions }) => extensions?.code));
      // Of one customer that is closed, and of one who lets no server in.
      for (const known of ['COMPANY_PRIVACY_DENIED', 'FORBIDDEN']) codes.delete(known);
      expect({ text, status, codes: [...codes] }).toEqual({ text, status: 200, codes: [] });
      expect(JSON.stringify(body.data).length).toBeGreaterThan(100);
    }
  });

  it('shows of a table what comes of its command', async () => {
    const at = blocks.findIndex((block) => asksForRows(block) && block.text.includes('.csv'));
    const command = blocks[at];
    if (command === undefined) throw new Error('there is no such command');
    const { code, stdout } = await runShown(command);
    expect({ code, stdout: stdout.replaceAll('\r\n', '\n') }).toEqual({ code: 0, stdout: blocks[at + 1]?.text });
  });
});

const PAPERS = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))];
const SHOWN = PAPERS.flatMap((path) =>
  blocksOf(readFileSync(path, 'utf8'))
    .filter(asksForRows)
    .map((block) => [path, block.text.split('\n').find((line) => line.startsWith('curl')) ?? '', block] as const),
);

describe('a command that is shown', () => {
  it('is found where one is', () => {
    expect(new Set(SHOWN.map(([path]) => path))).toEqual(
      new Set(['README.md', 'docs/odata.md', 'docs/streams.md', 'docs/tables.md']),
    );
  });

  it.each(SHOWN)('in %s runs: %s', async (_path, _command, block) => {
    const { code, stdout, stderr } = await runShown(block);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // An address of OData with nothing in it would be answered as well.
    expect(stdout.includes('"value":[]')).toBe(false);
  });
});
