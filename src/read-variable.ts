/**
 * One variable, from what is written to its value: what is wrong is added to a list of problems, so that all of them can be told
 * at once, and a secret is never in one; and which variables are none of ours. Which there are stands in `variables.ts`.
 */
import { readFileSync } from 'node:fs';
import type { Variable } from './variable-kinds.js';
import { VARIABLES } from './variables.js';

export type Variables = typeof VARIABLES;
export type ValueOf<V> = V extends Variable<infer T> ? T : never;

/** The fallback where the variable is unset, and also where it is wrong: then `problems` has grown. */
export function readVariable<N extends keyof Variables>(
  environment: Readonly<Record<string, string | undefined>>,
  name: N,
  problems: string[],
): ValueOf<Variables[N]> {
  const variable = VARIABLES[name] as Variable<ValueOf<Variables[N]>>;
  const written = variable.secret ? readSecret(environment, name, problems) : environment[name];
  if (written === undefined || written === '') return variable.fallback;
  const value = variable.parse(written.trim());
  if (value !== undefined) return value;
  const got = variable.secret ? 'something else (not shown)' : quote(written);
  problems.push(`${name}: expected ${variable.expected}; got: ${got}`);
  return variable.fallback;
}

function readSecret(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  problems: string[],
): string | undefined {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (!file) return direct;
  if (direct) {
    problems.push(`${name}: expected either ${name} or ${name}_FILE; got: both`);
    return undefined;
  }
  try {
    const written = readFileSync(file, 'utf8').trim();
    if (written === '')
      problems.push(`${name}_FILE: expected a file with the value in it; got: ${quote(file)}, which is empty`);
    return written;
  } catch (error) {
    problems.push(`${name}_FILE: expected a readable file; got: ${quote(file)} (${errorCode(error)})`);
    return undefined;
  }
}

/** Names that look like this server's and are none: mistakes of writing, most of all. */
export function findUnknown(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = Object.entries(VARIABLES).filter(([, variable]) => variable.secret);
  const known = new Set([...Object.keys(VARIABLES), ...secrets.map(([name]) => `${name}_FILE`)]);
  return Object.keys(environment).filter(
    (name) => !known.has(name) && KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
}

const KNOWN_PREFIXES = [
  'JWT_',
  'KEEPNET_',
  'SIMULATOR_',
  'OPERATION_',
  'SHUTDOWN_',
  'METRICS_',
  'CACHE_',
  'RATE_',
  'REDIS_',
  'DATA_',
  'DATABASE_',
  'EXPORT_',
  'TABLES_',
  'TRUSTED_',
];

/** Shortened, on one line, and without what a URL may carry before its host. */
function quote(written: string): string {
  return JSON.stringify(written.replace(/\/\/[^/]*@/, '//***@').slice(0, 100));
}

/** Of the operating system: `ENOENT`. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
