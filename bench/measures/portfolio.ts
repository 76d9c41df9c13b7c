/**
 * The whole portfolio at once, over the simulator in a process of its own, because the stub has not so many customers: how soon the
 * free totals are there, and how soon a sum that every customer is asked for, held against the rounds that the calls cannot do without.
 */
import { summarize } from '../figures.js';
import { createGraphClient } from '../load/graph-client.js';
import { startSimulatorProcess } from '../processes/simulator.js';
import { atMost, type Measure } from '../row.js';

export interface PortfolioOptions {
  readonly companies: number;
  readonly latencyMs: number;
  readonly maxInFlight: number;
  readonly warmUps: number;
  readonly samples: number;
}

const TOTALS = '{ portfolio { companyCount userTotals { active } license { seatsUsed companiesOverLimit } } }';
const COUNTS = '{ portfolio { countSummary { active coverage { answered restricted failed } } } }';

/** `limits`: how many times the floor each may take. */
export function measurePortfolio(options: PortfolioOptions, limits: { totals: number; counts: number }): Measure {
  const { companies, latencyMs, maxInFlight, warmUps, samples } = options;
  return async (stage) => {
    const simulator = await startSimulatorProcess({ companies, users: 20, latencyMs });
    try {
      const server = await stage.startServer(simulator.environment);
      const client = createGraphClient(server.url);
      const time = async (query: string) => (await client.askWhole({ query })).durationMs;
      const totals: number[] = [];
      const counts: number[] = [];
      for (let warmUp = 0; warmUp < warmUps; warmUp += 1) await time(COUNTS);
      await stage.profiled(server, async () => {
        while (totals.length < samples) {
          totals.push(await time(TOTALS));
          counts.push(await time(COUNTS));
        }
      });
      client.close();
      const [ofTotals, ofCounts] = [summarize(totals), summarize(counts)];
      // The first page of the list tells how many there are; the others go at once, and after them one call for each customer who is open.
      const totalsFloorMs = 2 * latencyMs;
      const countsFloorMs = totalsFloorMs + Math.ceil((companies * OPEN_SHARE) / maxInFlight) * latencyMs;
      return [
        {
          figure: 'ms to the free totals',
          server: ofTotals,
          limits: [atMost(ofTotals.median, limits.totals * totalsFloorMs, ' ms')],
        },
        {
          figure: 'ms to the counts',
          server: ofCounts,
          limits: [atMost(ofCounts.median, limits.counts * countsFloorMs, ' ms')],
        },
      ];
    } finally {
      await simulator.stop();
    }
  };
}

/** One in 25 has closed its data and is not asked. */
const OPEN_SHARE = 24 / 25;
