/**
 * Every environment variable of the server, described once: the README's configuration reference is made from `VARIABLES`,
 * and `config.ts` reads by it. Parsers check the form of what is written and give it the unit that the code counts in.
 */
import {
  choice,
  days,
  integer,
  isTimeZone,
  parseAccess,
  parseBaseUrl,
  parseCollectorUrl,
  parseFetchUrl,
  parseHost,
  parseInteger,
  parseName,
  parseNetworks,
  parseOrigins,
  parsePath,
  parseSecret,
  parseUrl,
  seconds,
  text,
} from './variable-kinds.js';

export const VARIABLES = {
  HOST: text({
    expected: 'an IP address, or localhost',
    default: '127.0.0.1',
    description:
      'Address that the server listens on; 0.0.0.0 and :: are all of the machine. Loopback only where ACCESS is open.',
    parse: parseHost,
  }),
  PORT: integer({
    min: 0,
    max: 65_535,
    default: 4000,
    description: 'Port that the server listens on; 0 takes any free one.',
  }),
  PUBLIC_URL: text<string | null>({
    expected: 'an https URL without user, query or fragment (http only for a loopback address)',
    default: null,
    description:
      'Where clients reach the server, if a proxy stands before it: addresses of export files begin with it. Unset, with what the request names.',
    parse: parseBaseUrl,
  }),
  TRUSTED_PROXIES: text<readonly string[]>({
    expected: 'IP addresses, or networks such as 10.0.0.0/8, separated by commas (/0 is refused: name the proxies)',
    default: [],
    description:
      'Proxies whose X-Forwarded-For is believed, so that failures with a credential count for the client; and whose X-Forwarded-Proto and X-Forwarded-Host are, where PUBLIC_URL is unset. None by default; none where access is open.',
    parse: parseNetworks,
  }),
  METRICS_PORT: text<number | null>({
    expected: 'a whole number from 0 to 65535',
    default: null,
    description:
      'Port of /metrics for Prometheus, on HOST; 0 takes any free one. It asks nobody who he is: keep it from clients. Unset, nothing is counted.',
    parse: (written) => parseInteger(written, 0, 65_535),
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: text<string | null>({
    expected: 'an http or https URL without user, query or fragment',
    default: null,
    description:
      'OpenTelemetry collector that traces are sent to, as JSON to /v1/traces below it. A `traceparent` is then taken from clients and sent to Keepnet. Unset, nothing is traced.',
    parse: parseCollectorUrl,
  }),
  OTEL_SERVICE_NAME: text({
    expected: 'up to 500 characters on one line',
    default: 'keepnet-graph',
    description: 'What the server is called in its traces.',
    parse: parseName,
  }),
  SHUTDOWN_DELAY_SECONDS: seconds({
    min: 0,
    max: 300,
    default: 5,
    description:
      'How long requests are still taken after SIGTERM, while /readyz answers 503: the time that a load balancer needs to notice.',
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
  RATE_LIMIT_CALLS_PER_MINUTE: integer({
    min: 0,
    max: 10_000_000,
    default: 6_000,
    description:
      'Keepnet calls that the operations of one key, or of one JWT subject, may ask for in a minute, as predicted before they run; past it RATE_LIMITED. 0 sets no bound.',
  }),
  MAX_REQUESTS_IN_FLIGHT: integer({
    min: 1,
    max: 100_000,
    default: 200,
    description: 'Requests that are answered at once; one more is told to come again (OVERLOADED).',
  }),
  TRUSTED_OPERATIONS: choice({
    choices: ['off', 'log', 'prefer', 'only'],
    default: 'off',
    description:
      'What the documents in TRUSTED_OPERATIONS_DIR mean. They may always be asked for by their hash, and no limit of depth or size holds for them; others are answered and logged (log), answered (prefer) or refused (only).',
  }),
  TRUSTED_OPERATIONS_DIR: text<string | null>({
    expected: 'a path without control characters',
    default: null,
    description: 'Directory of .graphql documents, each with the operations that a client sends as one text.',
    parse: parsePath,
  }),
  TABLES_DIR: text<string | null>({
    expected: 'a path without control characters',
    default: null,
    description: 'Directory of .graphql documents that are served as tables beside those that the server comes with.',
    parse: parsePath,
  }),
  TABLES_ALLOW_QUERY_KEY: choice({
    choices: ['false', 'true'],
    default: 'false',
    description:
      'Whether tables, OData and streams take an API key as `key` in the address, for tools that can send no header. Proxies and browsers remember addresses: give such a key nothing but tables.',
  }),
  ACCESS: text<readonly ('keys' | 'jwt' | 'open')[] | null>({
    expected: 'keys, jwt, or both with a comma; or open, alone',
    default: null,
    description:
      'Who is let in: holders of API keys, of JWT, or everybody (open), which is for loopback only. Unset: open over the simulator on loopback, otherwise keys.',
    parse: parseAccess,
  }),
  JWT_JWKS_URL: text<string | null>({
    expected: 'an https URL without user or fragment (http only for a loopback address)',
    default: null,
    description: 'Where the JWT issuer publishes its keys.',
    parse: parseFetchUrl,
  }),
  JWT_ISSUER: text<string | null>({
    expected: 'up to 500 characters on one line',
    default: null,
    description: 'The issuer that a JWT has to name (`iss`), exactly.',
    parse: parseName,
  }),
  JWT_AUDIENCE: text<string | null>({
    expected: 'up to 500 characters on one line',
    default: null,
    description: 'The audience that a JWT has to name (`aud`), exactly.',
    parse: parseName,
  }),
  JWT_COMPANIES_CLAIM: text({
    expected: 'up to 500 characters on one line',
    default: 'companies',
    description:
      'The claim with the companies of the caller: a list of ids, a list of tags as `tag:NAME`, or `all`. Without it he sees none.',
    parse: parseName,
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
  DATA_DIR: text({
    expected: 'a path without control characters',
    default: './data',
    description: 'Directory of the export files, and of the embedded database where DATABASE_URL is unset.',
    parse: parsePath,
  }),
  DATABASE_URL: text<string | null>({
    expected: 'a postgres:// or postgresql:// URL',
    default: null,
    description:
      'PostgreSQL that keeps the jobs of several servers, which then also share DATA_DIR. Unset: a file of its own in DATA_DIR.',
    secret: true,
    parse: (written) => (/^postgres(ql)?:$/.test(parseUrl(written)?.protocol ?? '') ? written : undefined),
  }),
  EXPORT_RETENTION_DAYS: days({
    min: 1,
    max: 365,
    default: 7,
    description: 'How long the files of an export can be fetched; after it they are deleted.',
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
