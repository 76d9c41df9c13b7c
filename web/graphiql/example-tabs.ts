/**
 * The tabs that a first visitor finds: the files of `tabs/`, in the order of their names.
 * `test/graphiql-tabs.test.ts` holds each against the schema.
 */
const documents = import.meta.glob<string>('./tabs/*.graphql', { query: '?raw', import: 'default', eager: true });

export const exampleTabs: { query: string }[] = Object.entries(documents)
  .sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }))
  .map(([, query]) => ({ query }));
