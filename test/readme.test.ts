/** What the README says of errors, configuration and commands is what the code does. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { toEnvExample, withReference } from '../scripts/reference.js';

describe('.env.example', () => {
  it('is what the table of variables says', async () => {
    expect(await readFile('.env.example', 'utf8')).toBe(toEnvExample());
  });
});

describe('the README', () => {
  it('has the reference tables that the code makes', async () => {
    const readme = await readFile('README.md', 'utf8');
    expect(withReference(readme)).toBe(readme);
  });

  it('shows only queries that the schema allows', async () => {
    const readme = await readFile('README.md', 'utf8');
    const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
    const queries = [...readme.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThanOrEqual(3);
    for (const query of queries)
      expect({ query, errors: validate(schema, parse(query)) }).toEqual({ query, errors: [] });
  });

  it('names only npm scripts that exist', async () => {
    const readme = await readFile('README.md', 'utf8');
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run ([a-z-]+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
