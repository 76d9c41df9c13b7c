/** What an API key may, and for how long, as it is written behind `key create`. */
import { ABILITIES, type Ability } from './access/caller.js';
import { UsageError } from './cli-flags.js';

/** @throws UsageError */
export function parseAbilities(written: string): readonly Ability[] {
  return written.split(',').map((word) => {
    const ability = ABILITIES.find((known) => known === word.trim());
    if (ability === undefined) {
      throw new UsageError(
        `--may: expected some of ${ABILITIES.join(', ')}, with commas; got: ${JSON.stringify(word)}`,
      );
    }
    return ability;
  });
}

/**
 * `90d`: so many days from now. `2027-01-31`: to the end of that day in UTC. `never`: null. Epoch milliseconds.
 *
 * @throws UsageError
 */
export function parseExpiry(written: string, nowMs: number): number | null {
  if (written === 'never') return null;
  const days = /^([1-9]\d{0,3})d$/.exec(written)?.[1];
  if (days !== undefined) return nowMs + Number(days) * DAY_MS;
  const startMs = /^\d{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  // 2027-02-30 is read as a day of March.
  const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(written);
  if (isDay && startMs + DAY_MS > nowMs) return startMs + DAY_MS;
  const expected = 'days such as 90d (up to 9999d), a last day in the future such as 2027-01-31, or never';
  throw new UsageError(`--expires: expected ${expected}; got: ${JSON.stringify(written)}`);
}

const DAY_MS = 86_400_000;
