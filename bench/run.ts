/**
 * `npm run bench`: builds the server where it is older than its sources, plays the rows, prints a table and, as the last line,
 * the same as JSON. A missed target is a result; only a run that means nothing ends with an error.
 * `--only TEXT` rows whose name holds it (may be repeated) · `--list` · `--write` keeps the table in README.md ·
 * `--profile` says where the server's CPU time went.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.js';
import { ROWS } from './rows.js';
import { type RowResult, toTable } from './table.js';
import { openTheatre } from './theatre.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    write: { type: 'boolean' },
    profile: { type: 'boolean' },
  },
});

const rows = ROWS.filter(({ name }) => flags.only?.some((text) => name.includes(text)) ?? true);
if (rows.length === 0) throw new Error(`no row has such a name; there are: ${ROWS.map(({ name }) => name).join(', ')}`);
if (flags.list) for (const { name, how } of rows) console.log(`${name.padEnd(20)}  ${how}`);
else await main();

async function main(): Promise<void> {
  buildIfStale();
  const startedAtMs = performance.now();
  const machine = describeMachine();
  const theatre = await openTheatre({ withProfile: flags.profile === true });
  const results: RowResult[] = [];
  try {
    for (const row of rows) {
      process.stderr.write(`${row.name}: ${row.how}\n`);
      results.push({ row: row.name, lines: await theatre.play(row) });
    }
  } finally {
    await theatre.close();
  }
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  const table = toTable(results);
  console.log(`\n${describe(machine)}, ${seconds} s\n\n${table}\n`);
  if (flags.write) keepInReadme(`${describe(machine)}.\n\n${table}`);
  console.log(JSON.stringify({ at: new Date().toISOString(), ...machine, seconds, results }, toShortNumber));
}

interface Machine {
  readonly commit: string;
  readonly node: string;
  readonly processors: number;
  readonly model: string;
  /** At the start of the run: what others were doing on the machine. */
  readonly load: number;
}

function describeMachine(): Machine {
  const [first] = cpus();
  return {
    commit: describeCommit(),
    node: process.version,
    processors: cpus().length,
    model: first?.model.trim() ?? 'unknown',
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** `-dirty` where something is not committed; what was unpacked from an archive has no commit. */
function describeCommit(): string {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: [...stdio],
    }).trim();
  } catch {
    return 'no commit';
  }
}

function describe({ commit, node, processors, model, load }: Machine): string {
  return `${commit}, Node ${node}, ${processors} × ${model}, load ${load} at the start`;
}

/** Microseconds are noise. */
function toShortNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

function keepInReadme(text: string): void {
  const file = fileURLToPath(new URL('README.md', import.meta.url));
  const readme = readFileSync(file, 'utf8');
  const kept = readme.replace(
    /(<!-- latest -->\n)[\s\S]*?(<!-- \/latest -->)/,
    (_all, begin, end) => `${begin}\n${text}\n\n${end}`,
  );
  writeFileSync(file, kept);
}
