/** What many companies come to together. What the list tells is free; what each company must be asked for carries its coverage. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { CompanyRow, CountSummaryRow, Instant } from '../../keepnet/rows.js';
import { Company } from '../company/company.type.js';
import type { LoadedCompanies } from '../company/load-companies.js';
import { Coverage } from '../coverage.type.js';
import { LeaderboardEntry } from '../leaderboard/leaderboard.type.js';
import { NamedRef } from '../named-ref.type.js';
import { DateScalar } from '../scalars.js';
import type { CompanyAnswer } from './ask-companies.js';
import type { LicenseUsage, MonthSum } from './roll-up.js';

@ObjectType({
  simpleResolvers: true,
  description: 'All companies that match, taken together. What has gaps says so in its `coverage`.',
})
export class Portfolio {
  @Field(() => Int, { description: 'How many companies are in the totals. Free.' })
  companyCount: number;

  @Field(() => Coverage, {
    description:
      'Of the free totals: whether Keepnet listed every company that it counts. Restricted customers are in them. Free.',
  })
  coverage: Coverage;

  companies: LoadedCompanies;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Licences of several companies. To see which, ask `companies` with the same filter and more.',
})
export class PortfolioLicense implements LicenseUsage {
  @Field(() => Int, { description: 'Seats of the companies whose number of seats is known. Free.' })
  seats: number;

  @Field(() => Int, { description: 'Active target users of those same companies. Free.' })
  seatsUsed: number;

  @Field(() => Int, { description: 'Companies without a limit; in neither of the two sums. Free.' })
  companiesUnlimited: number;

  @Field(() => Int, {
    description: 'Companies with a limit that Keepnet does not tell; in neither of the two sums. Free.',
  })
  companiesOfUnknownSeats: number;

  @Field(() => Int, { description: 'Companies with more active users than seats. Free.' })
  companiesOverLimit: number;

  @Field(() => Int, { description: 'Companies whose licence has ended. Free.' })
  companiesExpired: number;

  @Field(() => Int, { description: 'Companies that run, until nobody knows when: never counted as expiring. Free.' })
  companiesOfUnknownEnd: number;

  rows: readonly CompanyRow[];
}

@ObjectType({ simpleResolvers: true, description: 'The companies of a portfolio that have one thing in common.' })
export class PortfolioSlice {
  @Field(() => NamedRef, {
    nullable: true,
    description: 'What they have in common, with the id that a filter takes; null for companies without. Free.',
  })
  group: NamedRef | null;

  @Field(() => Int, { description: 'How many companies. Free.' })
  companyCount: number;

  rows: readonly CompanyRow[];
}

@ObjectType({ simpleResolvers: true, description: 'Users of one month, over all companies that have the month.' })
export class PortfolioMonth implements MonthSum {
  @Field(() => DateScalar, { nullable: true, description: 'First day of the month.' })
  periodStart: Instant;

  @Field(() => String, { description: 'Name of the month as Keepnet shows it.' })
  label: string;

  @Field(() => Int, { description: "Sum of Keepnet's monthly active users." })
  count: number;

  @Field(() => Int, { description: 'Companies that have the month; a new customer lacks the older ones.' })
  companies: number;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Target users by status, as the companies themselves count them. `coverage` says for whom the sums speak.',
})
export class PortfolioCounts {
  @Field(() => Int, { nullable: true, description: 'Active target users; null where no company answered.' })
  active: number | null;

  @Field(() => Int, { nullable: true, description: 'Inactive target users; null where no company answered.' })
  inactive: number | null;

  @Field(() => Int, { nullable: true, description: 'Deleted target users; null where no company answered.' })
  deleted: number | null;

  @Field(() => Coverage, { description: 'Which companies are in the sums, and which are not.' })
  coverage: Coverage;

  answers: readonly CompanyAnswer<CountSummaryRow>[];
}

@ObjectType({ simpleResolvers: true, description: 'A target user who is among the best of the portfolio.' })
export class PortfolioPerformer {
  @Field(() => Company, { description: 'The company of the user.' })
  company: Company;

  @Field(() => LeaderboardEntry, { description: 'The entry of the leaderboard; its `rank` counts within the company.' })
  entry: LeaderboardEntry;
}

@ObjectType({ simpleResolvers: true, description: 'The best of all companies by points.' })
export class PortfolioLeaderboard {
  @Field(() => [PortfolioPerformer], { description: 'The best first; equals by performance, then by name.' })
  performers: readonly PortfolioPerformer[];

  @Field(() => Coverage, { description: 'Whose users were looked at, and whose were not.' })
  coverage: Coverage;
}
