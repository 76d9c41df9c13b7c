/** What is written behind a command: flags and their values, or one complaint that says what is wrong with them. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Variable } from './variable-kinds.js';

/** The command was not written as it can be understood; the message says where. */
export class UsageError extends Error {}

type FlagTypes = NonNullable<ParseArgsConfig['options']>;
type Flags<T extends FlagTypes> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: false }>
>['values'];

/** @throws UsageError for a flag that there is not, one without its value, and anything that is no flag */
export function readFlags<T extends FlagTypes>(args: string[], options: T): Flags<T> {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : 'wrong options');
  }
}

/** By the check of the variable that the flag stands in for; undefined where it was not written. @throws UsageError */
export function readNumber(flag: string, written: string | undefined, variable: Variable<number>): number | undefined {
  if (written === undefined) return undefined;
  const value = variable.parse(written);
  if (value === undefined)
    throw new UsageError(`--${flag}: expected ${variable.expected}; got: ${JSON.stringify(written)}`);
  return value;
}
