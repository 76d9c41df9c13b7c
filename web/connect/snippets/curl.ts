/** A command for a shell of Unix. */
import { type Format, type Reading, toPath, toQuery } from './reading.js';

/**
 * The key comes from the environment, by a pipe: what stands on a command line can be seen by everybody on the machine. `--fail` ends
 * with 22 where the server refuses, and writes no file; an answer that is cut ends with 18.
 */
export function toCurl(reading: Reading, format: Format): string {
  const query = toQuery(reading);
  const parts = [
    `curl --fail --compressed ${toWord(`${reading.origin}/${toPath(reading, format)}`)}`,
    ...(reading.isOpen ? [] : ['--header @-']),
    ...(query.length > 0 ? ['--get'] : []),
    ...query.map(([name, value]) => `--data-urlencode ${toWord(`${name}=${value}`)}`),
    `--output ${toWord(`${reading.table}.${format}`)}`,
  ];
  const key = reading.isOpen ? '' : `printf 'authorization: Bearer %s' "$KEEPNET_GRAPH_KEY" |\n`;
  return `${key}${parts.join(' \\\n  ')}\n`;
}

/** In single quotes everything stands for itself, but the single quote. */
function toWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
