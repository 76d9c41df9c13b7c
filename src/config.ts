/**
 * The environment, read once: `loadConfig` returns one frozen, typed object or throws one error that names every wrong
 * variable. No other file reads `process.env`. Which variables there are stands in `variables.ts`; what a value means is left
 * to the room it is for: here only its form is checked.
 */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errorCode, findUnknown, readVariable, type ValueOf, type Variables } from './read-variable.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Config {
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly server: {
    readonly host: string;
    /** 0 takes any free port. */
    readonly port: number;
    /** Without a slash at its end; null: as the request names it. */
    readonly publicUrl: string | null;
    /** Addresses and networks, as `10.0.0.0/8`. */
    readonly trustedProxies: readonly string[];
    /** Null: nothing is counted. */
    readonly metricsPort: number | null;
    /** Exact origins, as a browser sends them. */
    readonly corsOrigins: readonly string[];
    readonly operationTimeoutMs: number;
    /** Between SIGTERM and the end of listening. */
    readonly shutdownDelayMs: number;
    /** Keepnet calls that one operation may need. */
    readonly operationMaxCalls: number;
    readonly maxRequestsInFlight: number;
    /** Keepnet calls of one caller; null sets no bound. */
    readonly rateLimitCallsPerMinute: number | null;
    /** Of the operator's own tables. */
    readonly tablesDirectory: string | null;
    readonly allowsQueryKey: boolean;
    /** The directory is set unless the mode is off. */
    readonly trustedOperations: {
      readonly mode: 'off' | 'log' | 'prefer' | 'only';
      readonly directory: string | null;
    };
  };
  /** What follows from it is decided by `checkAccess`. */
  readonly access: {
    /** Null where ACCESS is not set. */
    readonly modes: readonly ('keys' | 'jwt' | 'open')[] | null;
    readonly jwksUrl: string | null;
    readonly issuer: string | null;
    readonly audience: string | null;
    readonly companiesClaim: string;
  };
  readonly keepnet: {
    /** Null: the embedded simulator answers. */
    readonly credentials: { readonly clientId: string; readonly clientSecret: string } | null;
    /** Without a slash at its end. */
    readonly baseUrl: string;
    readonly timeZone: string;
    readonly dateFormat: 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'YYYY/MM/DD';
    readonly transport: 'undici' | 'cross-fetch';
    readonly maxInFlight: number;
    /** Null: learned. */
    readonly callsPerSecond: number | null;
    readonly callTimeoutMs: number;
    readonly cacheTtlMs: number;
  };
  readonly tracing: {
    /** Without a slash at its end; null: nothing is traced. */
    readonly endpoint: string | null;
    readonly serviceName: string;
  };
  /** Null: answers are kept in memory only. May carry a password. */
  readonly redisUrl: string | null;
  readonly store: {
    readonly dataDirectory: string;
    /** Null: an embedded database in `dataDirectory`. May carry a password. */
    readonly databaseUrl: string | null;
  };
  readonly exports: { readonly retentionMs: number };
  readonly simulator: {
    readonly companies: number;
    readonly users: number;
    readonly latencyMs: number;
    readonly seed: number;
  };
  /** Not wrong, yet probably not what was meant; a sentence each, for the log. */
  readonly warnings: readonly string[];
}

/** Every complaint at once, one line each; secrets are never shown. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems].join('\n  '));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/**
 * Every variable that is wrong is named in the one `ConfigError` that is thrown. An empty variable counts as unset.
 * Reads the files that `KEEPNET_CLIENT_ID_FILE` and `KEEPNET_CLIENT_SECRET_FILE` name.
 */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const value: ReadValue = (name) => readVariable(environment, name, problems);
  const credentials = readCredentials(value, problems);
  const config: Config = {
    logLevel: value('LOG_LEVEL'),
    server: toServerConfig(value),
    access: toAccessConfig(value),
    keepnet: toKeepnetConfig(value, credentials),
    tracing: { endpoint: value('OTEL_EXPORTER_OTLP_ENDPOINT'), serviceName: value('OTEL_SERVICE_NAME') },
    redisUrl: value('REDIS_URL'),
    store: { dataDirectory: value('DATA_DIR'), databaseUrl: value('DATABASE_URL') },
    exports: { retentionMs: value('EXPORT_RETENTION_DAYS') },
    simulator: {
      companies: value('SIMULATOR_COMPANIES'),
      users: value('SIMULATOR_USERS'),
      latencyMs: value('SIMULATOR_LATENCY_MS'),
      seed: value('SIMULATOR_SEED'),
    },
    warnings: findWarnings(environment, credentials !== null),
  };
  problems.push(...findTrustProblems(config.server.trustedOperations));
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(config);
}

type ReadValue = <N extends keyof Variables>(name: N) => ValueOf<Variables[N]>;

function toServerConfig(value: ReadValue): Config['server'] {
  return {
    host: value('HOST'),
    port: value('PORT'),
    metricsPort: value('METRICS_PORT'),
    publicUrl: value('PUBLIC_URL'),
    trustedProxies: value('TRUSTED_PROXIES'),
    corsOrigins: value('CORS_ORIGINS'),
    operationTimeoutMs: value('OPERATION_TIMEOUT_SECONDS'),
    shutdownDelayMs: value('SHUTDOWN_DELAY_SECONDS'),
    operationMaxCalls: value('OPERATION_MAX_CALLS'),
    maxRequestsInFlight: value('MAX_REQUESTS_IN_FLIGHT'),
    rateLimitCallsPerMinute: value('RATE_LIMIT_CALLS_PER_MINUTE') || null,
    tablesDirectory: value('TABLES_DIR'),
    allowsQueryKey: value('TABLES_ALLOW_QUERY_KEY') === 'true',
    trustedOperations: { mode: value('TRUSTED_OPERATIONS'), directory: value('TRUSTED_OPERATIONS_DIR') },
  };
}

function toAccessConfig(value: ReadValue): Config['access'] {
  return {
    modes: value('ACCESS'),
    jwksUrl: value('JWT_JWKS_URL'),
    issuer: value('JWT_ISSUER'),
    audience: value('JWT_AUDIENCE'),
    companiesClaim: value('JWT_COMPANIES_CLAIM'),
  };
}

/** To be read first: a half that is missing is only told of where nothing else is wrong with the other. */
function readCredentials(value: ReadValue, problems: string[]): Config['keepnet']['credentials'] {
  const clientId = value('KEEPNET_CLIENT_ID');
  const clientSecret = value('KEEPNET_CLIENT_SECRET');
  if (clientId !== null && clientSecret !== null) return { clientId, clientSecret };
  if (problems.length === 0 && clientId !== clientSecret) {
    const [missing, present] = clientId === null ? ['ID', 'SECRET'] : ['SECRET', 'ID'];
    problems.push(
      `KEEPNET_CLIENT_${missing}: expected a value, because KEEPNET_CLIENT_${present} is set; got: nothing`,
    );
  }
  return null;
}

function toKeepnetConfig(value: ReadValue, credentials: Config['keepnet']['credentials']): Config['keepnet'] {
  return {
    credentials,
    baseUrl: value('KEEPNET_BASE_URL'),
    timeZone: value('KEEPNET_TIME_ZONE'),
    dateFormat: value('KEEPNET_DATE_FORMAT'),
    transport: value('KEEPNET_TRANSPORT'),
    maxInFlight: value('KEEPNET_MAX_IN_FLIGHT'),
    callsPerSecond: value('KEEPNET_CALLS_PER_SECOND'),
    callTimeoutMs: value('KEEPNET_CALL_TIMEOUT_SECONDS'),
    cacheTtlMs: value('CACHE_TTL_SECONDS'),
  };
}

function findTrustProblems({ mode, directory }: Config['server']['trustedOperations']): readonly string[] {
  if (mode === 'off' || directory !== null) return [];
  return [`TRUSTED_OPERATIONS_DIR: expected a value, because TRUSTED_OPERATIONS is ${mode}; got: nothing`];
}

/** The process's environment over the `.env` file of the working directory, where there is one. Throws `ConfigError`. */
export function readEnvironment(): Environment {
  let written: string;
  try {
    written = readFileSync('.env', 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return process.env;
    throw new ConfigError([`.env: expected a readable file, got: ${errorCode(error)}`]);
  }
  return { ...parseEnv(written), ...process.env };
}

/**
 * Libraries run slower checks of their own unless told that this is production: graphql-js alone takes 3 % more processor time
 * without. Call it before they are loaded; a value that is set is left alone.
 */
export function defaultToProduction(): void {
  process.env.NODE_ENV ??= 'production';
}

/** @throws ConfigError where the simulator would answer, which `because` forbids */
export function requireCredentials({ keepnet }: Config, because: string): void {
  if (keepnet.credentials) return;
  const problem = `expected a value, because of ${because}; got: nothing`;
  throw new ConfigError([`KEEPNET_CLIENT_ID: ${problem}`, `KEEPNET_CLIENT_SECRET: ${problem}`]);
}

/** The configuration as it is in use, for a person: JSON, with the secret left out. */
export function printConfig(config: Config): string {
  return JSON.stringify(config, (key, value) => (SECRET_KEYS.has(key) && value !== null ? '(not shown)' : value), 2);
}

const SECRET_KEYS = new Set(['clientSecret', 'redisUrl', 'databaseUrl']);

function findWarnings(environment: Environment, hasCredentials: boolean): string[] {
  const unknown = findUnknown(environment);
  const warnings = unknown.map((name) => `${name} is not a variable of this server and is ignored.`);
  if (environment.KEEPNET_BASE_URL && !hasCredentials) {
    warnings.push('KEEPNET_BASE_URL is ignored: without credentials the embedded simulator answers.');
  }
  return warnings;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
