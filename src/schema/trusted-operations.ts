/**
 * The operations that the operator trusts: a folder of `.graphql` documents, each valid against the schema before the server
 * starts. A document is known by the SHA-256 of its text and by that of its text as graphql-js prints it, so that blanks and
 * comments make no other. What is done with a request that is known, or not, stands in `trusted-operations-plugin.ts`.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentNode, type GraphQLSchema, parse, print, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { MAX_TOKENS } from './limits.js';

export interface TrustedOperation {
  /** Name of the file, without its folder. */
  readonly file: string;
  /** SHA-256 of the text, in hexadecimal digits: what a client may send in its place. */
  readonly id: string;
  readonly text: string;
  /** Parsed and valid. */
  readonly document: DocumentNode;
}

export interface TrustedOperations {
  /** By the names of their files. */
  readonly all: readonly TrustedOperation[];
  /** By the hash of the text, or of the printed text. */
  findById(id: string): TrustedOperation | undefined;
  /** By a text, however it is laid out. */
  findByText(text: string): TrustedOperation | undefined;
}

/** Texts whose hashes are remembered, so that those that are not trusted are not parsed again and again. */
const MAX_TEXTS_REMEMBERED = 2_000;

/** Throws one error that names every file that cannot be read as a valid document, and why. Other files are left alone. */
export async function loadTrustedOperations(directory: string, schema: GraphQLSchema): Promise<TrustedOperations> {
  const files = (await readNames(directory)).filter((name) => name.endsWith('.graphql')).sort();
  const problems: string[] = [];
  const all: TrustedOperation[] = [];
  for (const file of files) {
    try {
      const text = await readFile(join(directory, file), 'utf8');
      all.push({ file, id: hashText(text), text, document: parseValid(text, schema) });
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  }
  if (files.length === 0) problems.push('expected .graphql files, got: none');
  if (problems.length > 0) throw new Error(problems.join('; '));
  return toTrustedOperations(all);
}

export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function readNames(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`expected a directory that can be read, got: ${code}`, { cause: error });
  }
}

function parseValid(text: string, schema: GraphQLSchema): DocumentNode {
  const document = parse(text);
  const [wrong] = validate(schema, document);
  if (wrong !== undefined) throw wrong;
  return document;
}

function toTrustedOperations(all: readonly TrustedOperation[]): TrustedOperations {
  const byId = new Map(
    all.flatMap((operation) => [
      [hashText(print(operation.document)), operation],
      [operation.id, operation],
    ]),
  );
  const unknownIds = new LRUCache<string, true>({ max: MAX_TEXTS_REMEMBERED });
  return {
    all,
    findById: (id) => byId.get(id),
    findByText(text) {
      const id = hashText(text);
      const known = byId.get(id);
      if (known !== undefined || unknownIds.has(id)) return known;
      const found = byId.get(hashText(printed(text)));
      if (found === undefined) unknownIds.set(id, true);
      return found;
    },
  };
}

/** A text that cannot be parsed is none of them; the parser stops where a document is too long to be answered anyway. */
function printed(text: string): string {
  try {
    return print(parse(text, { maxTokens: MAX_TOKENS, noLocation: true }));
  } catch {
    return text;
  }
}
