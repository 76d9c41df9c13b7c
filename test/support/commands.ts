/** The command line as processes: each runs where no `.env` lies, and with no variable but those given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileSources } from './compiled.js';

export interface Command {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The exit code, once everything that was printed has been read. */
  readonly exit: Promise<number | null>;
}

export interface Commands {
  /** Where they run, unless told otherwise. */
  readonly directory: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Command;
  /** Ends those that still run. */
  killAll(): void;
  /** Removes what was compiled, and the directory. */
  remove(): void;
}

export function createCommands(): Commands {
  const compiled = compileSources();
  const directory = mkdtempSync(join(tmpdir(), 'cli-'));
  const cli = join(compiled.directory, 'dist/cli.js');
  const running: ChildProcess[] = [];
  return {
    directory,
    run(args, env = {}, cwd = directory) {
      const child = spawn(process.execPath, [cli, ...args], { cwd, env: { PATH: process.env.PATH, ...env } });
      running.push(child);
      return toCommand(child);
    },
    killAll() {
      for (const child of running.splice(0)) child.kill('SIGKILL');
    },
    remove() {
      compiled.remove();
      rmSync(directory, { recursive: true });
    },
  };
}

function toCommand(child: ReturnType<typeof spawn>): Command {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, stdout: () => stdout, stderr: () => stderr, exit };
}
