/**
 * The scalars of the graph, under the names that clients know. Days stay text from end to end: a `Date` object would
 * carry a time zone that a day does not have.
 */
import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLLocalDate, GraphQLURL } from 'graphql-scalars';

export const DateScalar = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  name: 'Date',
  description: 'A day, `YYYY-MM-DD`.',
});

export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'An instant, ISO 8601 in UTC, for example `2026-02-14T09:31:00Z`.',
  // Rows carry instants that `keepnet/dates.ts` has written already; parsing them again would cost more than the rest of the row.
  serialize: (value) => value,
});

export const JsonScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value, as Keepnet sent it.',
});

export const UrlScalar = new GraphQLScalarType({
  ...GraphQLURL.toConfig(),
  name: 'URL',
  description: 'An absolute address.',
});
