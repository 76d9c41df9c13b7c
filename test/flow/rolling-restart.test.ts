/** Two replicas behind a load balancer are replaced under load; the long version is `npm run proof:rolling`. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { restartRolling } from '../../bench/proofs/rolling-restart.js';
import { createServings, type Servings } from '../support/serving.js';

let servings: Servings;
beforeAll(() => {
  servings = createServings();
});
afterAll(() => {
  servings.killAll();
  servings.remove();
});

describe('a rolling restart', () => {
  it('of two replicas loses no request', async () => {
    const result = await restartRolling({
      async start() {
        const { url, process, exit } = await servings.serve({ SHUTDOWN_DELAY_SECONDS: '1' });
        const stop = () => {
          process.kill('SIGTERM');
          return exit;
        };
        return { url, stop };
      },
      requestsPerSecond: 20,
      checkEveryMs: 100,
    });
    expect(result.failures).toEqual([]);
    expect(result.exitCodes).toEqual([0, 0]);
    expect(result.requests).toBeGreaterThan(60);
  }, 60_000);
});
