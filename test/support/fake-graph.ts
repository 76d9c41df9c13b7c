/**
 * The graph over companies and exports of a test's own, without a door: for what it makes of a client's words. Arguments are
 * checked and errors look as they do through the door.
 */

import type { GraphQLFormattedError } from 'graphql';
import type { ExportRights } from '../../src/exports/job.js';
import type { CompanyRow } from '../../src/keepnet/rows.js';
import { createApollo } from '../../src/schema/apollo.js';
import { createContext } from '../../src/schema/context.js';
import { bindExports } from '../../src/schema/export/caller-exports.js';
import { createFakeCompanies, type FakeCompanies, type FakeCompaniesOptions } from './fake-companies.js';
import { createFakeExports, type FakeExports } from './fake-exports.js';

export interface FakeGraph extends FakeExports {
  ask(query: string, variables?: Record<string, unknown>): Promise<FakeAnswer>;
  /** What was asked of Keepnet. */
  readonly askedOfKeepnet: FakeCompanies['asked'];
}

export interface FakeAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: answers of any operation, looked at field by field
  readonly data: any;
  readonly errors: readonly GraphQLFormattedError[];
}

/** Who asks, in every fake graph. */
export const FAKE_CALLER_ID = 'key:7';
export const FAKE_RIGHTS: ExportRights = { companies: { kind: 'ALL' }, masksPersonalData: false };

const apollo = await createApollo({ onInternalError: () => undefined });

export function openFakeGraph(companies: readonly CompanyRow[] = [], options: FakeCompaniesOptions = {}): FakeGraph {
  const { session, asked } = createFakeCompanies(companies, options);
  const fake = createFakeExports();
  const exports = bindExports(fake.exports, {
    callerId: FAKE_CALLER_ID,
    baseUrl: 'http://127.0.0.1:4000',
    rights: FAKE_RIGHTS,
    mayExport: true,
    refuse: () => undefined,
    isStillGranted: async () => true,
  });
  const toContext = () =>
    createContext({
      keepnet: session,
      exports,
      requestId: 'request1',
      upstream: 'SIMULATOR',
      signal: new AbortController().signal,
      wantsReceipt: false,
    });
  return {
    ...fake,
    askedOfKeepnet: asked,
    async ask(query, variables) {
      const { body } = await apollo.executeOperation({ query, variables }, { contextValue: toContext() });
      if (body.kind !== 'single') throw new Error('expected one answer');
      const { data, errors = [] } = body.singleResult;
      return { data, errors };
    },
  };
}
