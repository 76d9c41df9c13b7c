/** A command for a shell of Unix. */
import { type Format, type Reading, toPath, toQuery } from './reading.js';

/** The key comes from the environment; `--fail` ends with 22 where the server refuses, and leaves no file that looks like data. */
export function toCurl(reading: Reading, format: Format): string {
  const query = toQuery(reading);
  const parts = [
    `curl --fail --compressed ${toWord(`${reading.origin}/${toPath(reading, format)}`)}`,
    ...(query.length > 0 ? ['--get'] : []),
    ...query.map(([name, value]) => `--data-urlencode ${toWord(`${name}=${value}`)}`),
    ...(reading.isOpen ? [] : ['--header "Authorization: Bearer $KEEPNET_GRAPH_KEY"']),
    `--output ${toWord(`${reading.table}.${format}`)}`,
  ];
  return `${parts.join(' \\\n  ')}\n`;
}

/** In single quotes everything stands for itself, but the single quote. */
function toWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
