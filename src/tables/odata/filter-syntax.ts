/**
 * `$filter` as text → the conditions that must all hold. What OData knows and is not pushed down, such as `or`, is told from what is
 * no OData at all; which columns there are is known elsewhere. Written here because the published parsers speak OData 2, join `and`
 * and `or` wrongly, or are kept no more.
 */
import { type AppError, badInput } from '../../errors.js';
import { type Literal, type Token, toLiteral, toTokens } from './filter-tokens.js';
import { notPushedDown } from './not-pushed-down.js';

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export const TEXT_FUNCTIONS = ['contains', 'startswith', 'endswith'] as const;

export type Operator = (typeof COMPARISONS)[number] | (typeof TEXT_FUNCTIONS)[number];

export interface WrittenCondition {
  readonly column: string;
  readonly operator: Operator;
  readonly literal: Literal;
}

/**
 * One or more. Parentheses do not matter where all conditions must hold, and are only counted, so that no depth of them is one of
 * calls. @throws AppError NOT_PUSHED_DOWN, or BAD_USER_INPUT, that names `$filter`
 */
export function parseFilter(text: string): readonly WrittenCondition[] {
  const reader: Reader = { tokens: toTokens(text), at: 0 };
  const conditions: WrittenCondition[] = [];
  let open = 0;
  do {
    while (takes(reader, '(')) open += 1;
    conditions.push(readCondition(reader));
    while (open > 0 && takes(reader, ')')) open -= 1;
  } while (takes(reader, 'and'));
  if (takes(reader, 'or')) throw notPushedDown('$filter', '`or` cannot be pushed down to Keepnet, `and` can');
  if (open > 0) throw expected(reader, '`and` or `)`');
  if (peek(reader).kind !== 'END') throw expected(reader, '`and` or the end');
  return conditions;
}

function readCondition(reader: Reader): WrittenCondition {
  const column = takeName(reader);
  if (takes(reader, '(')) return readCall(column, reader);
  const operator = COMPARISONS.find((each) => takes(reader, each));
  if (operator !== undefined) return { column, operator, literal: takeLiteral(reader) };
  const { kind, text } = peek(reader);
  // A column of truth values is a condition by itself.
  if (kind === 'END' || ['and', 'or', ')'].includes(text)) {
    return { column, operator: 'eq', literal: { kind: 'BOOLEAN', text: 'true' } };
  }
  if (OTHER_OPERATORS.has(text)) throw notPushedDown('$filter', `\`${text}\` cannot be pushed down to Keepnet`);
  throw expected(reader, `one of ${COMPARISONS.join(', ')}`);
}

const OTHER_OPERATORS: ReadonlySet<string> = new Set(['in', 'has', 'add', 'sub', 'mul', 'div', 'divby', 'mod']);

function readCall(name: string, reader: Reader): WrittenCondition {
  const operator = TEXT_FUNCTIONS.find((each) => each === name);
  if (operator === undefined) throw notPushedDown('$filter', `\`${name}()\` cannot be pushed down to Keepnet`);
  const column = takeName(reader);
  if (!takes(reader, ',')) throw expected(reader, '`,`');
  const literal = takeLiteral(reader);
  if (!takes(reader, ')')) throw expected(reader, '`)`');
  const { text } = peek(reader);
  if (COMPARISONS.some((each) => each === text)) throw notPushedDown('$filter', `\`${name}()\` is to stand by itself`);
  return { column, operator, literal };
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function peek({ tokens, at }: Reader): Token {
  return tokens[at] as Token;
}

function takes(reader: Reader, text: string): boolean {
  const { kind, text: got } = peek(reader);
  const isIt = (kind === 'WORD' || kind === 'SIGN') && got === text;
  if (isIt) reader.at += 1;
  return isIt;
}

function takeName(reader: Reader): string {
  const { kind, text } = peek(reader);
  if (kind !== 'WORD') throw expected(reader, 'the name of a column');
  if (text === 'not') throw notPushedDown('$filter', '`not` cannot be pushed down to Keepnet');
  if (/[/@$]/.test(text)) throw notPushedDown('$filter', 'only columns of the table itself can be compared');
  reader.at += 1;
  return text;
}

function takeLiteral(reader: Reader): Literal {
  const token = peek(reader);
  const literal = toLiteral(token);
  if (token.kind === 'WORD' && literal === null)
    throw notPushedDown('$filter', 'a column can be compared with a value only');
  if (literal === null) throw expected(reader, 'a value');
  reader.at += 1;
  return literal;
}

function expected(reader: Reader, what: string): AppError {
  const { kind, text, place } = peek(reader);
  const got = kind === 'END' ? 'the end' : `\`${text}\``;
  return badInput('$filter', `expected ${what} at character ${place}, got ${got}`);
}
