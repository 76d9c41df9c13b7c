/**
 * Writes what can be derived from the code: the README's tables of error codes, configuration and columns of exports, and
 * `.env.example`. `npm run reference` writes them, after `npm run schema`; `test/readme.test.ts` fails where they are not the same.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { ERROR_CODES } from '../src/errors.js';
import { parseShippedTables } from '../src/tables/documents.js';
import { VARIABLES } from '../src/variables.js';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const ENV_EXAMPLE = fileURLToPath(new URL('../.env.example', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../schema.graphql', import.meta.url));

/** The README with each table between its markers written anew. Throws where a marker is missing. */
export function withReference(readme: string): string {
  const tables = { errors: toErrorTable(), configuration: toVariableTable(), columns: toColumnTables() };
  return Object.entries(tables).reduce((text, [name, table]) => replaceBetween(text, name, table), readme);
}

/** Every variable with its default, commented out. */
export function toEnvExample(): string {
  const secrets = Object.entries(VARIABLES).flatMap(([name, { secret }]) => (secret ? [`${name}_FILE`] : []));
  const lines = Object.entries(VARIABLES).flatMap(([name, variable]) => [
    `# ${variable.description}`,
    `# ${name}=${variable.default}`,
    '',
  ]);
  return [
    '# Copy to .env and change what you need; the environment wins over this file. Every line shows its default.',
    `# The secrets may also be read from files: ${secrets.join(', ')}.`,
    '',
    ...lines,
  ].join('\n');
}

function replaceBetween(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: written by npm run reference -->\n`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md: the markers of the table "${name}" are missing`);
  return `${text.slice(0, from + begin.length)}${table}${text.slice(to)}`;
}

function toErrorTable(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { retryable, meaning, whatToDo }]) =>
    toRow(`\`${code}\``, meaning, whatToDo, retryable ? 'yes' : 'no'),
  );
  return toTable(['code', 'what happened', 'what to do', 'worth a retry'], rows);
}

function toVariableTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, variable]) => {
    const names = variable.secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
    return toRow(
      names,
      variable.description,
      variable.expected,
      variable.default === '' ? '' : `\`${variable.default}\``,
    );
  });
  return toTable(['variable', 'what it does', 'expected', 'default'], rows);
}

const EXPORTED_TABLES = ['companies', 'leaderboard', 'target_users', 'user_timeline'] as const;

/** One table for each kind of export, in the order of its columns. */
function toColumnTables(): string {
  const tables = parseShippedTables(buildSchema(readFileSync(SCHEMA, 'utf8')));
  return EXPORTED_TABLES.map((name) => tables[name])
    .map(({ name, columns }) => {
      const rows = columns.map((column) => {
        const type = `${column.type.toLowerCase().replace('_', ' ')}${column.isNullable ? ', may be empty' : ''}`;
        return toRow(`\`${column.name}\``, type, column.description);
      });
      return `\n\`${name}\`:\n\n${toTable(['column', 'type', 'what it is'], rows)}`;
    })
    .join('');
}

function toTable(headings: string[], rows: string[]): string {
  return [toRow(...headings), toRow(...headings.map(() => '---')), ...rows, ''].join('\n');
}

function toRow(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(README, withReference(readFileSync(README, 'utf8')));
  writeFileSync(ENV_EXAMPLE, toEnvExample());
}
