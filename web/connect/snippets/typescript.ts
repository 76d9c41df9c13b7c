/** A module in TypeScript, for Node or Deno, without packages. */
import type { TableColumn } from '../wire.js';
import { type Reading, toAddress } from './reading.js';

/** With the type of a row, so that a column that is misspelt does not compile. */
export function toTypeScript(reading: Reading): string {
  const type = toTypeName(reading.table);
  const options = reading.isOpen ? '' : ", { headers: { authorization: 'Bearer ' + process.env.KEEPNET_GRAPH_KEY } }";
  return `const ADDRESS = ${toLiteral(toAddress(reading, 'ndjson'))};

export interface ${type} {
${reading.columns.map(toMember).join('\n')}
}

export async function read(): Promise<${type}[]> {
  const response = await fetch(ADDRESS${options});
  if (!response.ok) throw new Error(\`HTTP \${response.status}: \${await response.text()}\`);
  const lines = (await response.text()).trimEnd().split('\\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ${type});
}
`;
}

const TYPES: Readonly<Record<TableColumn['type'], string>> = {
  TEXT: 'string',
  ID: 'string',
  INTEGER: 'number',
  NUMBER: 'number',
  BOOLEAN: 'boolean',
  DATE: 'string',
  DATE_TIME: 'string',
};

function toMember({ name, type, isNullable }: TableColumn): string {
  return `  ${name}: ${TYPES[type]}${isNullable ? ' | null' : ''};`;
}

/** `target_users` becomes `TargetUsersRow`. */
function toTypeName(table: string): string {
  return `${table.replace(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase())}Row`;
}

/** As JSON but in single quotes, as the rest of the module. */
function toLiteral(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}
