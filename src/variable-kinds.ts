/**
 * The kinds of variables, and how what is written becomes what the code counts in. Parsers check the form and return undefined
 * where the text is not what is expected; none of them throws.
 */
import { isIP } from 'node:net';

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

/** What a kind of variable needs to be told; `secret` is false unless it says otherwise. */
interface Wording {
  readonly description: string;
  readonly secret?: boolean;
}

export function text<T>(
  options: Wording & { expected: string; default: T; parse(written: string): T | undefined },
): Variable<T> {
  const { default: fallback, secret = false, ...rest } = options;
  return { ...rest, secret, fallback, default: fallback === null ? '' : String(fallback) };
}

export function integer(options: Wording & { min: number; max: number; default: number }): Variable<number> {
  return text({
    ...options,
    expected: `a whole number from ${options.min} to ${options.max}`,
    parse: (written) => parseInteger(written, options.min, options.max),
  });
}

/** Written in seconds, kept in milliseconds. */
export function seconds(options: Wording & { min: number; max: number; default: number }): Variable<number> {
  return inUnit(options, 'whole seconds', 1000);
}

/** Written in days, kept in milliseconds. */
export function days(options: Wording & { min: number; max: number; default: number }): Variable<number> {
  return inUnit(options, 'whole days', 86_400_000);
}

function inUnit(
  options: Wording & { min: number; max: number; default: number },
  unit: string,
  unitMs: number,
): Variable<number> {
  const asWritten = integer(options);
  return {
    ...asWritten,
    expected: `${unit} from ${options.min} to ${options.max}`,
    fallback: asWritten.fallback * unitMs,
    parse: (written) => {
      const value = asWritten.parse(written);
      return value === undefined ? undefined : value * unitMs;
    },
  };
}

export function choice<const T extends string>(
  options: Wording & { choices: readonly T[]; default: NoInfer<T> },
): Variable<T> {
  return text<T>({
    ...options,
    expected: `one of ${options.choices.join(', ')}`,
    parse: (written) => options.choices.find((allowed) => allowed === written),
  });
}

export function parseInteger(written: string, min: number, max: number): number | undefined {
  if (!/^\d{1,10}$/.test(written)) return undefined;
  const value = Number(written);
  return value >= min && value <= max ? value : undefined;
}

/** One line of visible characters: anything else is a file read wrongly, and would break the request that carries it. */
export function parseSecret(written: string): string | undefined {
  return /^[\x21-\x7e]{1,4096}$/.test(written) ? written : undefined;
}

export function parseOrigins(written: string): string[] | undefined {
  const origins = written.split(',').map((origin) => origin.trim());
  return origins.every((origin) => /^https?:/.test(origin) && parseUrl(origin)?.origin === origin)
    ? origins
    : undefined;
}

export function parseNetworks(written: string): string[] | undefined {
  const networks = written.split(',').map((network) => network.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(written: string): boolean {
  const [, address = '', prefix = '1'] = /^([\da-f:.]+)(?:\/([1-9]\d{0,2}))?$/i.exec(written) ?? [];
  const kind = isIP(address);
  return kind !== 0 && Number(prefix) <= (kind === 4 ? 32 : 128);
}

/** `localhost` may stand for two addresses; one server listens on one. */
export function parseHost(written: string): string | undefined {
  if (written === 'localhost') return '127.0.0.1';
  return isIP(written) === 0 ? undefined : written;
}

/** `open` stands alone: whoever asks for keys as well does not mean it. */
export function parseAccess(written: string): ('keys' | 'jwt' | 'open')[] | undefined {
  if (written === 'open') return ['open'];
  const modes = written.split(',').map((mode) => mode.trim());
  const known = modes.filter((mode) => mode === 'keys' || mode === 'jwt');
  return known.length === modes.length && new Set(known).size === known.length ? known : undefined;
}

/** An address to be asked as it stands, query included. */
export function parseFetchUrl(written: string): string | undefined {
  const url = parseUrl(written);
  if (!url || url.username || url.password || url.hash) return undefined;
  return isSafeProtocol(url) ? url.href : undefined;
}

/** One line of a name that others chose. */
export function parseName(written: string): string | undefined {
  return /^[^\p{Cc}]{1,500}$/u.test(written) ? written : undefined;
}

export function parseBaseUrl(written: string): string | undefined {
  const url = parseBareUrl(written);
  return url && isSafeProtocol(url) ? url.href.replace(/\/+$/, '') : undefined;
}

/** Without encryption too: collectors stand in a private network, and what they are sent holds no secret. */
export function parseCollectorUrl(written: string): string | undefined {
  const url = parseBareUrl(written);
  return url && /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : undefined;
}

function parseBareUrl(written: string): URL | undefined {
  const url = parseUrl(written);
  return !url || url.username || url.password || url.search || url.hash ? undefined : url;
}

function isSafeProtocol({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

export function parsePath(written: string): string | undefined {
  return /^[^\p{Cc}]{1,4096}$/u.test(written) ? written : undefined;
}

export function parseUrl(written: string): URL | undefined {
  return URL.canParse(written) ? new URL(written) : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
