/** The GraphQL questions of the benchmark, and what to count in their answers. */
import { countCalls, type DashboardShape } from './calls.js';
import type { GraphClient, GraphQuestion } from './graph-client.js';

/** The dashboard, on the page behind a cursor. */
export function toDashboard({ companies, targetUsers }: DashboardShape, after: string | null = null): GraphQuestion {
  return { query: targetUsers > 0 ? DASHBOARD_WITH_USERS : DASHBOARD, variables: { first: companies, after } };
}

/** The cursors of so many pages that follow each other; the first page has none. */
export async function findPages(client: GraphClient, companies: number, pages: number): Promise<(string | null)[]> {
  const cursors: (string | null)[] = [null];
  while (cursors.length < pages) {
    const { text } = await client.askWhole({ query: PAGES, variables: { first: companies, after: cursors.at(-1) } });
    const { data } = JSON.parse(text) as { data: { companies: { pageInfo: { endCursor: string } } } };
    cursors.push(data.companies.pageInfo.endCursor);
  }
  return cursors;
}

/** Scoped fields that are null, out of all that were asked for: every one where there is no list. */
export function countEmptyFields(text: string, shape: DashboardShape): number {
  const { data } = JSON.parse(text) as DashboardAnswer;
  const wanted = countCalls(shape) - 1;
  const filled = (data?.companies?.nodes ?? []).flatMap((company) =>
    Object.values(company).filter((field) => typeof field === 'object' && field !== null),
  );
  return wanted - filled.length;
}

interface DashboardAnswer {
  readonly data?: { readonly companies: { readonly nodes: readonly Record<string, unknown>[] } | null } | null;
}

/** No two with different tags have a call in common, the list included. 1 call and one for each of the 20 companies. */
export function toTaggedQuestion(tag: string): GraphQuestion {
  return { query: TAGGED, variables: { tag } };
}

export const TRIVIAL: GraphQuestion = { query: '{ __typename }' };

const COMPANY_FIELDS = `
      name
      countSummary { active inactive deleted }
      leaderboard(first: 10) { nodes { rank displayName points } }
      executiveReports { name }`;

const DASHBOARD = `query Dashboard($first: Int!, $after: String) {
  companies(first: $first, after: $after) {
    nodes {${COMPANY_FIELDS}
    }
  }
}`;

const DASHBOARD_WITH_USERS = `query DashboardWithUsers($first: Int!, $after: String) {
  companies(first: $first, after: $after) {
    nodes {${COMPANY_FIELDS}
      targetUsers(first: 50) { nodes { displayName email status } }
    }
  }
}`;

const PAGES = `query Pages($first: Int!, $after: String) {
  companies(first: $first, after: $after) { pageInfo { endCursor } }
}`;

const TAGGED = `query Tagged($tag: String!) {
  companies(first: 20, filter: { search: $tag }) { nodes { executiveReports(name: $tag) { name } } }
}`;
