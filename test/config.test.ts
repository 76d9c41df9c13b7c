import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, printConfig, readEnvironment } from '../src/config.js';
import { VARIABLES } from '../src/variables.js';

const CREDENTIALS = { KEEPNET_CLIENT_ID: 'an-id', KEEPNET_CLIENT_SECRET: 'a-secret' };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function fileWith(content: string): string {
  const path = join(directory, `${content.length}-${content.trim() || 'empty'}`);
  writeFileSync(path, content);
  return path;
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('without any environment', () => {
  it('gives the safe defaults', () => {
    expect(loadConfig({})).toEqual({
      logLevel: 'info',
      server: {
        host: '127.0.0.1',
        port: 4000,
        publicUrl: null,
        trustedProxies: [],
        corsOrigins: [],
        operationTimeoutMs: 60_000,
        shutdownDelayMs: 5_000,
        metricsPort: null,
        operationMaxCalls: 500,
        maxRequestsInFlight: 200,
        rateLimitCallsPerMinute: 6_000,
        trustedOperations: { mode: 'off', directory: null },
        tablesDirectory: null,
        allowsQueryKey: false,
      },
      access: { modes: null, jwksUrl: null, issuer: null, audience: null, companiesClaim: 'companies' },
      keepnet: {
        credentials: null,
        baseUrl: 'https://api.keepnetlabs.com',
        timeZone: 'UTC',
        dateFormat: 'DD/MM/YYYY',
        transport: 'undici',
        maxInFlight: 64,
        callsPerSecond: null,
        callTimeoutMs: 30_000,
        cacheTtlMs: 60_000,
      },
      tracing: { endpoint: null, serviceName: 'keepnet-graph' },
      redisUrl: null,
      store: { dataDirectory: './data', databaseUrl: null },
      exports: { retentionMs: 604_800_000 },
      simulator: { companies: 25, users: 200, latencyMs: 40, seed: 1 },
      warnings: [],
    });
  });

  it('cannot be changed afterwards, at any depth', () => {
    const config = loadConfig({});
    expect(() => Object.assign(config.keepnet, { maxInFlight: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.server.corsOrigins, ['x'])).toThrow(TypeError);
  });

  it('takes every default of the table for a value that may be written', () => {
    const withDefault = Object.entries(VARIABLES).filter(([, variable]) => variable.default !== '');
    expect(withDefault.length).toBeGreaterThan(10);
    const written = Object.fromEntries(withDefault.map(([name, variable]) => [name, variable.default]));
    const { warnings, ...config } = loadConfig(written);
    expect({ ...config, warnings: [] }).toEqual(loadConfig({}));
    expect(warnings).toEqual([expect.stringContaining('KEEPNET_BASE_URL')]);
  });
});

describe('a value', () => {
  it.each([
    ['PORT', '0', (config: ReturnType<typeof loadConfig>) => config.server.port, 0],
    ['PORT', '', (config) => config.server.port, 4000],
    ['PORT', ' 8080 ', (config) => config.server.port, 8080],
    ['HOST', 'localhost', (config) => config.server.host, '127.0.0.1'],
    ['HOST', '::1', (config) => config.server.host, '::1'],
    ['HOST', '0.0.0.0', (config) => config.server.host, '0.0.0.0'],
    ['RATE_LIMIT_CALLS_PER_MINUTE', '0', (config) => config.server.rateLimitCallsPerMinute, null],
    ['LOG_LEVEL', 'silent', (config) => config.logLevel, 'silent'],
    [
      'CORS_ORIGINS',
      'https://a.example, http://localhost:3000',
      (config) => config.server.corsOrigins,
      ['https://a.example', 'http://localhost:3000'],
    ],
    [
      'TRUSTED_PROXIES',
      '10.0.0.0/8, ::1,2001:db8::/32',
      (config) => config.server.trustedProxies,
      ['10.0.0.0/8', '::1', '2001:db8::/32'],
    ],
    ['KEEPNET_BASE_URL', 'https://keepnet.example/', (config) => config.keepnet.baseUrl, 'https://keepnet.example'],
    ['KEEPNET_BASE_URL', 'http://127.0.0.1:4010', (config) => config.keepnet.baseUrl, 'http://127.0.0.1:4010'],
    ['KEEPNET_TIME_ZONE', 'Europe/Istanbul', (config) => config.keepnet.timeZone, 'Europe/Istanbul'],
    ['KEEPNET_DATE_FORMAT', 'MM/DD/YYYY', (config) => config.keepnet.dateFormat, 'MM/DD/YYYY'],
    ['KEEPNET_CALL_TIMEOUT_SECONDS', '5', (config) => config.keepnet.callTimeoutMs, 5_000],
    ['OPERATION_TIMEOUT_SECONDS', '90', (config) => config.server.operationTimeoutMs, 90_000],
    ['ACCESS', 'open', (config) => config.access.modes, ['open']],
    ['ACCESS', 'jwt', (config) => config.access.modes, ['jwt']],
    ['ACCESS', 'keys, jwt', (config) => config.access.modes, ['keys', 'jwt']],
    [
      'JWT_JWKS_URL',
      'https://id.example/keys?p=one',
      (config) => config.access.jwksUrl,
      'https://id.example/keys?p=one',
    ],
    ['JWT_JWKS_URL', 'http://127.0.0.1:9000/', (config) => config.access.jwksUrl, 'http://127.0.0.1:9000/'],
    ['JWT_ISSUER', 'https://id.example/', (config) => config.access.issuer, 'https://id.example/'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://otel:4318/', (config) => config.tracing.endpoint, 'http://otel:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://o.example/a', (config) => config.tracing.endpoint, 'https://o.example/a'],
    ['CACHE_TTL_SECONDS', '0', (config) => config.keepnet.cacheTtlMs, 0],
  ] as [string, string, (config: ReturnType<typeof loadConfig>) => unknown, unknown][])(
    '%s=%j is understood',
    (name, written, read, expected) => {
      expect(read(loadConfig({ [name]: written }))).toEqual(expected);
    },
  );

  it.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['PORT', '4000.5'],
    ['HOST', '192.168.1'],
    ['HOST', '[::1]'],
    ['HOST', '127.0.0.1.example.com'],
    ['ACCESS', 'open,keys'],
    ['ACCESS', 'keys,keys'],
    ['ACCESS', 'keys,'],
    ['ACCESS', 'all'],
    ['JWT_JWKS_URL', 'http://id.example/keys'],
    ['JWT_JWKS_URL', 'file:///etc/passwd'],
    ['JWT_JWKS_URL', 'https://id.example/keys#one'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'otel:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://otel:4318/?token=x'],
    ['LOG_LEVEL', 'loud'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://a.example/'],
    ['CORS_ORIGINS', 'https://a.example,,https://b.example'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.1/33'],
    ['TRUSTED_PROXIES', '10.0.0.1,,10.0.0.2'],
    ['TRUSTED_PROXIES', 'proxy.example.com'],
    ['TRUSTED_PROXIES', 'fe80::1%eth0'],
    ['KEEPNET_BASE_URL', 'api.keepnetlabs.com'],
    ['KEEPNET_BASE_URL', 'http://api.keepnetlabs.com'],
    ['KEEPNET_BASE_URL', 'https://api.keepnetlabs.com/?a=b'],
    ['KEEPNET_TIME_ZONE', 'Turkey Standard Time'],
    ['KEEPNET_DATE_FORMAT', 'dd/MM/yyyy'],
    ['KEEPNET_MAX_IN_FLIGHT', '0'],
    ['KEEPNET_MAX_IN_FLIGHT', '513'],
    ['KEEPNET_CALL_TIMEOUT_SECONDS', '0'],
    ['OPERATION_TIMEOUT_SECONDS', '1m'],
    ['CACHE_TTL_SECONDS', '99999999999'],
    ['SIMULATOR_COMPANIES', '-5'],
    ['SIMULATOR_SEED', '0x10'],
  ])('%s=%j is refused, with what was expected and what was got', (name, written) => {
    const problems = problemsOf({ [name]: written });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: expected .+; got: `));
    expect(problems[0]).toContain(JSON.stringify(written));
  });
});

describe('several mistakes', () => {
  it('are told all at once, in one error', () => {
    const wrong = {
      PORT: 'abc',
      HOST: 'everywhere',
      LOG_LEVEL: 'x',
      KEEPNET_TIME_ZONE: 'Nowhere',
      SIMULATOR_USERS: 'many',
    };
    const names = problemsOf(wrong).map((problem) => problem.split(':', 1)[0]);
    expect(names.sort()).toEqual(Object.keys(wrong).sort());
    for (const name of names) expect(() => loadConfig(wrong)).toThrow(name);
  });

  it('never show a secret, or what stands before the host of a URL', () => {
    const message = problemsOf({
      KEEPNET_CLIENT_ID: 'two words',
      KEEPNET_CLIENT_SECRET: 'hush\nhush',
      KEEPNET_BASE_URL: 'https://user:passw0rd@keepnet.example',
    }).join('\n');
    expect(message).toContain('KEEPNET_CLIENT_SECRET');
    expect(message).toContain('KEEPNET_BASE_URL');
    expect(message).not.toMatch(/two words|hush|passw0rd/);
  });
});

describe('the credential', () => {
  it('is read from the environment', () => {
    expect(loadConfig(CREDENTIALS).keepnet.credentials).toEqual({ clientId: 'an-id', clientSecret: 'a-secret' });
  });

  it('is read from files, without the line end that an editor leaves', () => {
    const files = {
      KEEPNET_CLIENT_ID_FILE: fileWith('file-id\n'),
      KEEPNET_CLIENT_SECRET_FILE: fileWith('file-secret\r\n'),
    };
    expect(loadConfig(files).keepnet.credentials).toEqual({ clientId: 'file-id', clientSecret: 'file-secret' });
    expect(loadConfig(files).warnings).toEqual([]);
  });

  it.each([
    ['half of it', { KEEPNET_CLIENT_ID: 'an-id' }, 'KEEPNET_CLIENT_SECRET: expected a value'],
    ['the other half', { KEEPNET_CLIENT_SECRET: 'a-secret' }, 'KEEPNET_CLIENT_ID: expected a value'],
    ['both a value and a file', { ...CREDENTIALS, KEEPNET_CLIENT_SECRET_FILE: '/dev/null' }, 'got: both'],
    [
      'a file that is not there',
      { KEEPNET_CLIENT_ID: 'an-id', KEEPNET_CLIENT_SECRET_FILE: '/nowhere/secret' },
      'ENOENT',
    ],
    ['an empty file', { KEEPNET_CLIENT_ID: 'an-id', KEEPNET_CLIENT_SECRET_FILE: '/dev/null' }, 'which is empty'],
  ])('is refused as %s, in one complaint', (_what, environment, expected) => {
    const problems = problemsOf(environment as Record<string, string>);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('is left out of what is printed', () => {
    const printed = printConfig(loadConfig(CREDENTIALS));
    expect(printed).toContain('an-id');
    expect(printed).not.toContain('a-secret');
  });
});

describe('warnings', () => {
  it('name variables that look like ours and are not', () => {
    const environment = {
      KEEPNET_CLIENTID: 'x',
      SIMULATOR_COMPANY: '1',
      OPERATION_TIMEOUT: '1',
      CACHE_TTL: '1',
      TABLES_DIRECTORY: '.',
      TRUSTED_PROXY: '127.0.0.1',
      PATH: '/bin',
    };
    const { warnings } = loadConfig(environment);
    expect(warnings.map((warning) => warning.split(' ', 1)[0]).sort()).toEqual(
      Object.keys(environment).slice(0, -1).sort(),
    );
  });

  it('tell that a base URL without credentials is not used', () => {
    expect(loadConfig({ KEEPNET_BASE_URL: 'https://keepnet.example' }).warnings).toHaveLength(1);
    expect(loadConfig({ ...CREDENTIALS, KEEPNET_BASE_URL: 'https://keepnet.example' }).warnings).toEqual([]);
  });
});

describe('.env', () => {
  it('is read from the working directory, and loses against the environment', () => {
    const before = process.cwd();
    const own = mkdtempSync(join(tmpdir(), 'dotenv-'));
    writeFileSync(join(own, '.env'), 'SIMULATOR_SEED=7\nPATH=/from/file\n');
    process.chdir(own);
    try {
      const environment = readEnvironment();
      expect(environment.SIMULATOR_SEED).toBe('7');
      expect(environment.PATH).not.toBe('/from/file');
    } finally {
      process.chdir(before);
      rmSync(own, { recursive: true });
    }
  });
});
