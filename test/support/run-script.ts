/** Scripts of `examples/` as a user runs them: in a process of their own, in a directory of their own, with nothing but what they are given. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function runScript(command: string, args: readonly string[], { cwd, env }: ScriptOptions): Promise<Ran> {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, HOME: cwd, ...env } });
  const closed = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
