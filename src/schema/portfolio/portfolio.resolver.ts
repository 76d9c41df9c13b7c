/** The portfolio: free sums over the list of companies, and sums that every company is asked for. */
import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { CheckArguments } from '../check-arguments.js';
import { CompanyFilterInput } from '../company/company.args.js';
import { toCompany, UserTotals } from '../company/company.type.js';
import { loadCompanies } from '../company/load-companies.js';
import type { GraphContext } from '../context.js';
import { toLeaderboardEntry } from '../leaderboard/leaderboard.type.js';
import { Price } from '../price.js';
import { askCompanies, toListCoverage } from './ask-companies.js';
import {
  parseLast,
  parsePortfolioFilter,
  parseTopPerformersArgs,
  parseWithinDays,
  TopPerformersArgs,
} from './portfolio.args.js';
import {
  Portfolio,
  PortfolioCounts,
  PortfolioLeaderboard,
  PortfolioLicense,
  PortfolioMonth,
  PortfolioSlice,
} from './portfolio.type.js';
import {
  countExpiring,
  pickBest,
  type Slice,
  sliceBy,
  sumCounts,
  sumLicenses,
  sumMonths,
  sumUserTotals,
} from './roll-up.js';

/** As many companies as the default budget of an operation can ask; fewer where the caller is known to have fewer. */
const PREDICTED_COMPANIES = 500;

@Resolver(() => Portfolio)
export class PortfolioResolver {
  @Query(() => Portfolio, {
    nullable: true,
    description:
      'All companies that you may see, or those that match, taken together. 1 Keepnet call per 100 companies; without a filter none warm. Predicted as if there were 500 where nobody has counted yet.',
  })
  @CheckArguments(parsePortfolioFilter)
  @Price({
    per: 'operation',
    entries: PREDICTED_COMPANIES,
    calls: PREDICTED_COMPANIES / 100,
    listsCompanies: true,
  })
  async portfolio(
    @Arg('filter', () => CompanyFilterInput, { nullable: true, description: 'Which companies, as in `companies`.' })
    filter: CompanyFilterInput | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Portfolio> {
    const companies = await loadCompanies({ filter: parsePortfolioFilter({ filter }) }, loaders);
    return { companyCount: companies.rows.length, coverage: toListCoverage(companies), companies };
  }

  @FieldResolver(() => UserTotals, { description: 'Sums of the user totals of the list. Free.' })
  userTotals(@Root() { companies }: Portfolio): UserTotals {
    return sumUserTotals(companies.rows);
  }

  @FieldResolver(() => PortfolioLicense, { description: 'How the licences are used. Free.' })
  license(@Root() { companies }: Portfolio): PortfolioLicense {
    return { rows: companies.rows, ...sumLicenses(companies.rows) };
  }

  @FieldResolver(() => [PortfolioSlice], { description: 'By industry, the largest slice first. Free.' })
  byIndustry(@Root() { companies }: Portfolio): PortfolioSlice[] {
    return sliceBy(companies.rows, ({ industry }) => industry).map(toSlice);
  }

  @FieldResolver(() => [PortfolioSlice], { description: 'By licence type, the largest slice first. Free.' })
  byLicenseType(@Root() { companies }: Portfolio): PortfolioSlice[] {
    return sliceBy(companies.rows, ({ license }) => license.type).map(toSlice);
  }

  @FieldResolver(() => PortfolioCounts, {
    nullable: true,
    description: 'User counts of today and by month, asked of every company. 1 Keepnet call per company.',
  })
  @Price({ per: 'company' })
  async countSummary(@Root() { companies }: Portfolio, @Ctx() { loaders }: GraphContext): Promise<PortfolioCounts> {
    const { answers, coverage } = await askCompanies(companies, (row) => loaders.countSummary(row, null));
    return {
      active: sumCounts(answers, ({ active }) => active),
      inactive: sumCounts(answers, ({ inactive }) => inactive),
      deleted: sumCounts(answers, ({ deleted }) => deleted),
      coverage,
      answers,
    };
  }

  @FieldResolver(() => PortfolioLeaderboard, {
    nullable: true,
    description: 'The target users with most points in all companies. 1 Keepnet call per company.',
  })
  @CheckArguments(parseTopPerformersArgs)
  @Price({ per: 'company' })
  async topPerformers(
    @Root() { companies }: Portfolio,
    @Args(() => TopPerformersArgs) args: TopPerformersArgs,
    @Ctx() { loaders }: GraphContext,
  ): Promise<PortfolioLeaderboard> {
    const { first, period, search } = parseTopPerformersArgs(args);
    const { answers, coverage } = await askCompanies(companies, async (row) => {
      const { rows } = await loaders.leaderboard(row, search);
      return rows;
    });
    const performers = pickBest(answers, first).map(({ row, entry }) => ({
      company: toCompany(row),
      entry: toLeaderboardEntry(row, period, entry),
    }));
    return { performers, coverage };
  }
}

@Resolver(() => PortfolioSlice)
export class PortfolioSliceResolver {
  @FieldResolver(() => UserTotals, { description: 'Sums of the user totals of the list. Free.' })
  userTotals(@Root() { rows }: PortfolioSlice): UserTotals {
    return sumUserTotals(rows);
  }

  @FieldResolver(() => PortfolioLicense, { description: 'How the licences are used. Free.' })
  license(@Root() { rows }: PortfolioSlice): PortfolioLicense {
    return { rows, ...sumLicenses(rows) };
  }
}

@Resolver(() => PortfolioLicense)
export class PortfolioLicenseResolver {
  @FieldResolver(() => Int, {
    description: 'Companies whose licence has not ended and will within so many days. Free.',
  })
  @CheckArguments(parseWithinDays)
  companiesExpiring(
    @Root() { rows }: PortfolioLicense,
    @Arg('withinDays', () => Int, { defaultValue: 30, description: 'Days from today, 0 to 3650.' }) withinDays: number,
  ): number {
    return countExpiring(rows, parseWithinDays({ withinDays }));
  }
}

@Resolver(() => PortfolioCounts)
export class PortfolioCountsResolver {
  @FieldResolver(() => [PortfolioMonth], {
    description: 'Oldest first; Keepnet counts from December 2025. Empty where no company answered. Free.',
  })
  @CheckArguments(parseLast)
  monthlyActiveUsers(
    @Root() { answers }: PortfolioCounts,
    @Arg('last', () => Int, { nullable: true, description: 'Only the newest so many months; all unless told.' })
    last: number | null | undefined,
  ): PortfolioMonth[] {
    const months = sumMonths(answers);
    const newest = parseLast({ last });
    return newest === null ? months : months.slice(-newest);
  }
}

function toSlice({ group, rows }: Slice): PortfolioSlice {
  return { group, companyCount: rows.length, rows };
}
