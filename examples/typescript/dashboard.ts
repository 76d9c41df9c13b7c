/**
 * A line for each customer: active users, and who leads the leaderboard. One customer's trouble is told in that customer's line, by
 * the error whose path leads to the null; all others are unharmed.
 */
import { type Answer, ask, findError, readServer, type Server } from './client.js';
import { DashboardPageDocument, type DashboardPageQuery } from './generated/operations.js';

/** Two fields that need a call for each customer: 50 calls are well within what one operation may ask of Keepnet. */
const PAGE_SIZE = 25;

async function* readPages(server: Server): AsyncGenerator<Answer<DashboardPageQuery>> {
  for (let after: string | null = null, hasNext = true; hasNext; ) {
    const answer: Answer<DashboardPageQuery> = await ask(server, DashboardPageDocument, { first: PAGE_SIZE, after });
    yield answer;
    hasNext = answer.data.companies?.pageInfo.hasNextPage ?? false;
    after = answer.data.companies?.pageInfo.endCursor ?? null;
  }
}

function toLine({ data, errors }: Answer<DashboardPageQuery>, at: number): string {
  const company = data.companies?.nodes[at];
  const reason = (field: string) => findError(errors, ['companies', 'nodes', at, field])?.extensions.code ?? 'unknown';
  const users = company?.countSummary?.active ?? reason('countSummary');
  const leader = company?.leaderboard ? company.leaderboard.nodes[0]?.displayName : reason('leaderboard');
  return [company?.name, users, leader ?? 'nobody yet'].join('\t');
}

for await (const page of readPages(readServer())) {
  const { companies } = page.data;
  if (companies === null) throw new Error(page.errors[0]?.message);
  for (const at of companies.nodes.keys()) console.log(toLine(page, at));
}
