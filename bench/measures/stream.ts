/** How soon a dashboard that is streamed begins to show: from the request to the first companies, and to the last line. */
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { summarize } from '../figures.js';
import { atMost, type Measure } from '../row.js';

export interface StreamOptions {
  /** Of the file in `operations/`. */
  readonly operation: string;
  readonly companies: number;
  readonly warmUps: number;
  readonly samples: number;
}

/** One stream after the other. */
export function measureStream(
  { operation, companies, warmUps, samples }: StreamOptions,
  { firstMs }: { readonly firstMs: number },
): Measure {
  return async (stage) => {
    const server = await stage.startServer();
    const url = `${server.url}/stream/${operation}`;
    const times: StreamTimes[] = [];
    for (let warmUp = 0; warmUp < warmUps; warmUp += 1) await timeStream(url, companies);
    await stage.profiled(server, async () => {
      while (times.length < samples) times.push(await timeStream(url, companies));
    });
    const first = summarize(times.map((time) => time.firstMs));
    return [
      { figure: 'ms to the first company', server: first, limits: [atMost(first.median, firstMs, ' ms')] },
      { figure: 'ms to the first ten', server: summarize(times.map((time) => time.tenthMs)), limits: [] },
      { figure: 'ms to the coverage', server: summarize(times.map((time) => time.lastMs)), limits: [] },
    ];
  };
}

interface StreamTimes {
  readonly firstMs: number;
  readonly tenthMs: number;
  readonly lastMs: number;
}

/** @throws where the stream is not whole, or a company did not answer: then there is nothing to measure */
async function timeStream(url: string, companies: number): Promise<StreamTimes> {
  const startedAtMs = performance.now();
  const arrivals: number[] = [];
  let last = '';
  for await (const line of createInterface({ input: await open(url) })) {
    arrivals.push(performance.now() - startedAtMs);
    last = line;
  }
  const isWhole = last.includes(`"answered":${companies},`) && arrivals.length === companies + 1;
  if (!isWhole) throw new Error(`a stream of ${arrivals.length} lines that ends with ${last.slice(0, 500)}`);
  return { firstMs: arrivals[0] ?? 0, tenthMs: arrivals[9] ?? 0, lastMs: arrivals.at(-1) ?? 0 };
}

async function open(url: string): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    get(url, resolve).on('error', reject);
  });
}
