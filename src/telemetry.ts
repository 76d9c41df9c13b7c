/**
 * What the server tells its operator: one JSON line per event on stdout, and the id that ties a line to an answer.
 * Promises that secrets do not reach the log even when a caller passes an object that holds one, and that an error is
 * written with its causes. What is worth a line is left to the rooms; personal data and request bodies never are.
 */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface Log {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** Where lines go; tests pass their own. Each call carries one whole line, newline included. */
export interface LogSink {
  write(line: string): void;
}

/** Put an `Error` under `error`: its type, message and stack are written, and those of its causes. */
export function createLog(level: LogLevel, sink?: LogSink): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.errWithCause },
    redact: { paths: SECRET_PATHS, censor: '[secret]' },
  };
  return sink ? pino(options, sink) : pino(options);
}

/** Unique per request, 36 characters of `[0-9a-f-]`; safe in a header, a log line and a message. */
export function requestId(): string {
  return randomUUID();
}

const SECRET_NAMES = [
  'authorization',
  'Authorization',
  'cookie',
  'clientSecret',
  'client_secret',
  'accessToken',
  'access_token',
  'token',
  'password',
];

/** At the top of a line and one object below: as deep as any line of ours goes. */
const SECRET_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
