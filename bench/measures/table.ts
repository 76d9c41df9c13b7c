/** Rows of a table over the wire: how many in a second, beside the pool that reads the same pages; how soon, and what the server holds. */
import { get } from 'node:http';
import { summarize } from '../figures.js';
import { atMost, type Measure } from '../row.js';

export interface TableOptions {
  readonly rows: number;
  readonly maxInFlight: number;
  readonly warmUps: number;
  readonly samples: number;
}

const MB = 1024 * 1024;

/** Server and pool take turns. */
export function measureTable(
  { rows, maxInFlight, warmUps, samples }: TableOptions,
  { firstByteMs, growthMb }: { readonly firstByteMs: number; readonly growthMb: number },
): Measure {
  return async (stage) => {
    const server = await stage.startServer();
    const url = `${server.url}/tables/target_users.csv`;
    const tables: TableFigures[] = [];
    const bare: number[] = [];
    await stage.pool.open(stage.stub.url, maxInFlight);
    const byPool = async () => {
      const read = await stage.pool.table();
      if (read.rows !== rows) throw new Error(`the pool read ${read.rows} rows instead of ${rows}`);
      return (rows / read.durationMs) * 1_000;
    };
    for (let warmUp = 0; warmUp < warmUps; warmUp += 1) {
      await readTable(url, rows);
      await byPool();
    }
    const { rssBytes: before } = await server.usage();
    let most = before;
    await stage.profiled(server, async () => {
      while (tables.length < samples) {
        tables.push(await readTable(url, rows));
        most = Math.max(most, (await server.usage()).rssBytes);
        bare.push(await byPool());
      }
    });
    const firstByte = summarize(tables.map((table) => table.firstByteMs));
    const growth = summarize([(most - before) / MB]);
    return [
      {
        figure: 'rows/s',
        server: summarize(tables.map(({ totalMs }) => (rows / totalMs) * 1_000)),
        beside: { name: 'pool', summary: summarize(bare) },
        limits: [],
      },
      { figure: 'ms to the first byte', server: firstByte, limits: [atMost(firstByte.median, firstByteMs, ' ms')] },
      { figure: 'MB more, resident', server: growth, limits: [atMost(growth.median, growthMb, ' MB')] },
    ];
  };
}

interface TableFigures {
  readonly firstByteMs: number;
  readonly totalMs: number;
}

const NEW_LINE = 10;

/** @throws where it has other rows than it should: then there is nothing to measure */
async function readTable(url: string, rows: number): Promise<TableFigures> {
  const startedAtMs = performance.now();
  let firstByteMs = 0;
  let lines = 0;
  for await (const chunk of await open(url)) {
    firstByteMs ||= performance.now() - startedAtMs;
    for (let at = chunk.indexOf(NEW_LINE); at >= 0; at = chunk.indexOf(NEW_LINE, at + 1)) lines += 1;
  }
  if (lines !== rows + 1) throw new Error(`a table of ${lines} lines instead of ${rows + 1}`);
  return { firstByteMs, totalMs: performance.now() - startedAtMs };
}

async function open(url: string): Promise<AsyncIterable<Buffer>> {
  return new Promise((resolve, reject) => {
    get(url, resolve).on('error', reject);
  });
}
