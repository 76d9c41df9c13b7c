/** Checks that typed filters share. Each throws BAD_USER_INPUT that names the property, and lets null and absent pass. */
import { badInput } from '../errors.js';
import { parseResourceId } from './ids.js';

const MAX_TEXT_LENGTH = 200;
const MAX_LIST_LENGTH = 100;

export function checkTexts(filter: object, names: readonly string[]): void {
  for (const name of names) {
    const text = (filter as Record<string, string | null | undefined>)[name];
    if (text && text.length > MAX_TEXT_LENGTH) {
      throw badInput(`filter.${name}`, `expected at most ${MAX_TEXT_LENGTH} characters, got: ${text.length}`);
    }
  }
}

/** Keepnet joins lists by commas, so a value with a comma would become two. */
export function checkTextList(name: string, list: readonly string[] | null | undefined): void {
  checkLength(name, list);
  for (const text of list ?? []) {
    if (text === '' || text.length > MAX_TEXT_LENGTH || text.includes(',')) {
      throw badInput(`filter.${name}`, `expected texts of 1 to ${MAX_TEXT_LENGTH} characters without a comma`);
    }
  }
}

export function checkIdList(name: string, list: readonly string[] | null | undefined): void {
  checkLength(name, list);
  for (const id of list ?? []) parseResourceId(id, `filter.${name}`);
}

/** An empty list is refused: it could mean "none" to the one who wrote it and "all" to Keepnet. */
function checkLength(name: string, list: readonly unknown[] | null | undefined): void {
  if (list && (list.length < 1 || list.length > MAX_LIST_LENGTH)) {
    throw badInput(`filter.${name}`, `expected 1 to ${MAX_LIST_LENGTH} values, got: ${list.length}`);
  }
}

/** `low` and `high` name the two bounds of a range, for example `pointsMin` and `pointsMax`. */
export function checkRange(filter: object, low: string, high: string): void {
  const values = filter as Record<string, number | string | null | undefined>;
  const from = values[low] ?? undefined;
  const to = values[high] ?? undefined;
  if (from !== undefined && to !== undefined && from > to) {
    throw badInput(`filter.${low}`, `must not be above ${high}, got: ${from} and ${to}`);
  }
}

export function checkMonth(name: string, month: string | null | undefined): void {
  if (month && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw badInput(`filter.${name}`, 'expected a month such as "2026-02"');
  }
}
