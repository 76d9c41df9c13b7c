/** What a portfolio can be asked: which companies, how soon a licence ends, how many performers of which period. */
import { ArgsType, Field, Int } from 'type-graphql';
import { badInput } from '../../errors.js';
import type { CompanyFilter, LeaderboardSearch, Period } from '../../keepnet/rows.js';
import { type CompanyFilterInput, parseCompaniesArgs } from '../company/company.args.js';
import { parseWindow } from '../connection.js';
import { LEADERBOARD_PERIOD } from '../leaderboard/leaderboard.args.js';
import { PeriodInput, parsePeriod } from '../period.input.js';

const DEFAULT_PERFORMERS = 25;
const MAX_DAYS = 3_650;

export interface PortfolioFilterArgs {
  readonly filter?: CompanyFilterInput | null;
}

/** Null where nothing is filtered: the directory then has the answer. Throws BAD_USER_INPUT that names the property. */
export function parsePortfolioFilter({ filter }: PortfolioFilterArgs): CompanyFilter | null {
  parseCompaniesArgs({ filter });
  const isFiltered = Object.values(filter ?? {}).some((value) => value !== null && value !== undefined);
  return isFiltered ? (filter ?? null) : null;
}

/** Throws BAD_USER_INPUT. */
export function parseWithinDays({ withinDays }: { readonly withinDays: number }): number {
  if (withinDays >= 0 && withinDays <= MAX_DAYS) return withinDays;
  throw badInput('withinDays', `expected 0 to ${MAX_DAYS}, got: ${withinDays}`);
}

/** Throws BAD_USER_INPUT. Null means all. */
export function parseLast({ last }: { readonly last?: number | null }): number | null {
  if (last === undefined || last === null) return null;
  if (last >= 1) return last;
  throw badInput('last', `expected 1 or more, got: ${last}`);
}

@ArgsType()
export class TopPerformersArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_PERFORMERS,
    description: 'How many of the whole portfolio, 1 to 100.',
  })
  first?: number | null;

  @Field(() => PeriodInput, { nullable: true, description: 'Which period; LAST_MONTH unless told.' })
  period?: PeriodInput | null;
}

export interface TopPerformersQuestion {
  readonly first: number;
  readonly period: Period;
  readonly search: LeaderboardSearch;
}

/**
 * The best of all are among the best of each, so each company is asked for as many as are wanted. By points: Keepnet's ranks
 * count within one company. Throws BAD_USER_INPUT that names the argument.
 */
export function parseTopPerformersArgs(args: TopPerformersArgs): TopPerformersQuestion {
  const scope = { field: 'topPerformers', question: null };
  const { first } = parseWindow({ first: args.first ?? DEFAULT_PERFORMERS }, scope);
  const period = parsePeriod(args.period, LEADERBOARD_PERIOD);
  const order = { field: 'POINTS', direction: 'DESC' } as const;
  return { first, period, search: { period, filter: {}, order, pageNumber: 1, pageSize: first } };
}
