/**
 * Every environment variable of the server, described once: the README's configuration reference is made from `VARIABLES`,
 * and `config.ts` reads by it. Parsers check the form of what is written and give it the unit that the code counts in.
 */

/** A variable: how it is written, what it becomes, and what a reader must know. */
export interface Variable<T> {
  /** What may be written, to follow the word "expected". */
  readonly expected: string;
  /** As it would be written; empty where there is none. */
  readonly default: string;
  readonly description: string;
  /** Never shown, and also read from the file that `NAME_FILE` names. */
  readonly secret: boolean;
  readonly fallback: T;
  /** Undefined where the text is not what is expected. */
  parse(written: string): T | undefined;
}

export const VARIABLES = {
  HOST: text({
    expected: 'a loopback address (127.0.0.1, ::1 or localhost), because callers are not authenticated yet',
    default: '127.0.0.1',
    description: 'Address that the server listens on.',
    parse: parseHost,
  }),
  PORT: integer({
    min: 0,
    max: 65_535,
    default: 4000,
    description: 'Port that the server listens on; 0 takes any free one.',
  }),
  LOG_LEVEL: choice({
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'The least important lines that are still written to the log.',
  }),
  CORS_ORIGINS: text<readonly string[]>({
    expected: 'origins such as https://bi.example.com, separated by commas (* is refused: name who may read)',
    default: [],
    description: 'Origins whose pages may read answers from a browser. None by default.',
    parse: parseOrigins,
  }),
  KEEPNET_CLIENT_ID: text<string | null>({
    expected: 'the id of a Keepnet REST API client',
    default: null,
    description: 'Keepnet credential. Without it the embedded simulator answers.',
    secret: true,
    parse: parseSecret,
  }),
  KEEPNET_CLIENT_SECRET: text<string | null>({
    expected: 'the secret of a Keepnet REST API client',
    default: null,
    description: 'Keepnet credential; set together with KEEPNET_CLIENT_ID.',
    secret: true,
    parse: parseSecret,
  }),
  KEEPNET_BASE_URL: text({
    expected: 'an https URL without user, query or fragment (http only for a loopback address)',
    default: 'https://api.keepnetlabs.com',
    description: 'Where Keepnet answers.',
    parse: parseBaseUrl,
  }),
  KEEPNET_TIME_ZONE: text({
    expected: 'an IANA time zone such as Europe/Istanbul',
    default: 'UTC',
    description: "Time zone of the dates in Keepnet's answers, which carry none.",
    parse: (written) => (isTimeZone(written) ? written : undefined),
  }),
  KEEPNET_DATE_FORMAT: choice({
    choices: ['DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY/MM/DD'],
    default: 'DD/MM/YYYY',
    description: "Order of day, month and year in Keepnet's answers.",
  }),
  KEEPNET_TRANSPORT: choice({
    choices: ['undici', 'cross-fetch'],
    default: 'undici',
    description: 'Library that carries the calls; undici takes a third of the processor time.',
  }),
  KEEPNET_MAX_IN_FLIGHT: integer({
    min: 1,
    max: 512,
    default: 64,
    description: 'The most Keepnet calls in flight at once. It begins with 16 and learns how many Keepnet bears.',
  }),
  KEEPNET_CALLS_PER_SECOND: text<number | null>({
    expected: 'a whole number from 1 to 10000',
    default: null,
    description: 'A rate to keep from the first call. Without it one is learned where Keepnet refuses calls.',
    parse: (written) => parseInteger(written, 1, 10_000),
  }),
  KEEPNET_CALL_TIMEOUT_SECONDS: seconds({
    min: 1,
    max: 600,
    default: 30,
    description: 'Time of one Keepnet call, from the request to the last byte of the answer.',
  }),
  OPERATION_TIMEOUT_SECONDS: seconds({
    min: 1,
    max: 3600,
    default: 60,
    description: 'Time of one GraphQL operation; what has arrived by then is answered.',
  }),
  OPERATION_MAX_CALLS: integer({
    min: 1,
    max: 100_000,
    default: 500,
    description: 'Keepnet calls that one operation may need; past it fields are null with BUDGET_EXCEEDED.',
  }),
  CACHE_TTL_SECONDS: seconds({
    min: 0,
    max: 86_400,
    default: 60,
    description: 'How long answers and the directory of companies are kept; 0 keeps nothing.',
  }),
  REDIS_URL: text<string | null>({
    expected: 'a redis:// or rediss:// URL',
    default: null,
    description: 'Redis that shares kept answers between several servers. Its outage costs calls and nothing else.',
    secret: true,
    parse: (written) => (/^rediss?:$/.test(parseUrl(written)?.protocol ?? '') ? written : undefined),
  }),
  SIMULATOR_COMPANIES: integer({
    min: 0,
    max: 10_000,
    default: 25,
    description: 'Customer companies of the embedded simulator.',
  }),
  SIMULATOR_USERS: integer({
    min: 0,
    max: 100_000,
    default: 200,
    description: 'Target users of each simulated company.',
  }),
  SIMULATOR_LATENCY_MS: integer({
    min: 0,
    max: 60_000,
    default: 40,
    description: 'Time that the simulator takes for an answer, in milliseconds.',
  }),
  SIMULATOR_SEED: integer({
    min: 0,
    max: 2_147_483_647,
    default: 1,
    description: 'The same seed gives the same customers.',
  }),
};

/** What a kind of variable needs to be told; `secret` is false unless it says otherwise. */
interface Wording {
  readonly description: string;
  readonly secret?: boolean;
}

function text<T>(
  options: Wording & { expected: string; default: T; parse(written: string): T | undefined },
): Variable<T> {
  const { default: fallback, secret = false, ...rest } = options;
  return { ...rest, secret, fallback, default: fallback === null ? '' : String(fallback) };
}

function integer(options: Wording & { min: number; max: number; default: number }): Variable<number> {
  return text({
    ...options,
    expected: `a whole number from ${options.min} to ${options.max}`,
    parse: (written) => parseInteger(written, options.min, options.max),
  });
}

/** Written in seconds, kept in milliseconds. */
function seconds(options: Wording & { min: number; max: number; default: number }): Variable<number> {
  const inSeconds = integer(options);
  const toMs = (value: number) => value * 1000;
  return {
    ...inSeconds,
    expected: `whole seconds from ${options.min} to ${options.max}`,
    fallback: toMs(inSeconds.fallback),
    parse: (written) => {
      const value = inSeconds.parse(written);
      return value === undefined ? undefined : toMs(value);
    },
  };
}

function choice<const T extends string>(
  options: Wording & { choices: readonly T[]; default: NoInfer<T> },
): Variable<T> {
  return text<T>({
    ...options,
    expected: `one of ${options.choices.join(', ')}`,
    parse: (written) => options.choices.find((allowed) => allowed === written),
  });
}

function parseInteger(written: string, min: number, max: number): number | undefined {
  if (!/^\d{1,10}$/.test(written)) return undefined;
  const value = Number(written);
  return value >= min && value <= max ? value : undefined;
}

/** One line of visible characters: anything else is a file read wrongly, and would break the request that carries it. */
function parseSecret(written: string): string | undefined {
  return /^[\x21-\x7e]{1,4096}$/.test(written) ? written : undefined;
}

function parseOrigins(written: string): string[] | undefined {
  const origins = written.split(',').map((origin) => origin.trim());
  return origins.every((origin) => /^https?:/.test(origin) && parseUrl(origin)?.origin === origin)
    ? origins
    : undefined;
}

/** `localhost` may stand for two addresses; one server listens on one. */
function parseHost(written: string): string | undefined {
  if (written === 'localhost') return '127.0.0.1';
  return isLoopback(written) && !written.startsWith('[') ? written : undefined;
}

function parseBaseUrl(written: string): string | undefined {
  const url = parseUrl(written);
  if (!url || url.username || url.password || url.search || url.hash) return undefined;
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return isAllowed ? url.href.replace(/\/+$/, '') : undefined;
}

function parseUrl(written: string): URL | undefined {
  return URL.canParse(written) ? new URL(written) : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
