/**
 * What can be changed while the simulator runs (`PATCH /_simulator/settings`). Promises that a patch is taken whole or not
 * at all: an unknown name or a value of the wrong kind is refused with a sentence.
 */
import type { DateFormat, TimeFormat } from './world/companies.js';

export interface RateLimit {
  readonly callsPerSecond: number;
  readonly burst: number;
  /** Seconds in `Retry-After`; null sends no such header. */
  readonly retryAfterSeconds: number | null;
}

export interface SimulatorSettings {
  /** The platform's format of dates in answers. */
  dateFormat: DateFormat | 'ISO';
  timeFormat: TimeFormat;
  /** `company`: a scoped answer uses the company's own formats instead. */
  dateSource: 'platform' | 'company';
  /** `array`: leaderboard, top performers and timeline answer the plain list that the published description has. */
  leaderboardShape: 'page' | 'array';
  /** For a company that the credential does not manage. */
  unmanagedStatus: 400 | 403 | 404;
  /** Of tokens issued from now on. */
  tokenLifetimeSeconds: number;
  /** Before each answer but those of the control routes. */
  latencyMs: number;
  rateLimit: RateLimit | null;
  /** Calls beyond this many at once are answered 429; null for no limit. */
  maxInFlight: number | null;
  /** Of `by-resource-ids` and `get-widget-datas`. */
  byIdsOrder: 'reversed' | 'asked';
  /** Refuse `application/json-patch+json` bodies. */
  strictPatchJson: boolean;
  /** Leave `permissions` out of token answers. */
  omitPermissions: boolean;
}

export function createSettings(latencyMs: number): SimulatorSettings {
  return {
    dateFormat: 'DD/MM/YYYY',
    timeFormat: '24h',
    dateSource: 'platform',
    leaderboardShape: 'page',
    unmanagedStatus: 403,
    tokenLifetimeSeconds: 3_600,
    latencyMs,
    rateLimit: null,
    maxInFlight: null,
    byIdsOrder: 'reversed',
    strictPatchJson: true,
    omitPermissions: false,
  };
}

/** Changes `settings` in place; throws a `TypeError` that names the first wrong property, and then changes nothing. */
export function applySettings(settings: SimulatorSettings, patch: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(patch)) {
    const isValid = VALID[name as keyof SimulatorSettings];
    if (isValid === undefined) throw new TypeError(`Unknown setting ${name}.`);
    if (!isValid(value)) throw new TypeError(`Setting ${name} cannot be ${JSON.stringify(value)}.`);
  }
  Object.assign(settings, patch);
}

type Check = (value: unknown) => boolean;

const oneOf =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const isCount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isRateLimit: Check = (value) => {
  const limit = value as Partial<RateLimit> | undefined;
  return isCount(limit?.callsPerSecond) && isCount(limit?.burst) && orNull(isCount)(limit?.retryAfterSeconds);
};

const VALID: Record<keyof SimulatorSettings, Check> = {
  dateFormat: oneOf('DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY/MM/DD', 'ISO'),
  timeFormat: oneOf('24h', '12h'),
  dateSource: oneOf('platform', 'company'),
  leaderboardShape: oneOf('page', 'array'),
  unmanagedStatus: oneOf(400, 403, 404),
  tokenLifetimeSeconds: isCount,
  latencyMs: isCount,
  rateLimit: orNull(isRateLimit),
  maxInFlight: orNull(isCount),
  byIdsOrder: oneOf('reversed', 'asked'),
  strictPatchJson: oneOf(true, false),
  omitPermissions: oneOf(true, false),
};
