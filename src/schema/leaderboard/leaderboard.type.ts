/** The leaderboard of a company, and the values that its filters accept. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { CompanyRow, LeaderboardOptionsRow, LeaderboardRow, OptionRow, Period } from '../../keepnet/rows.js';
import { createConnectionType } from '../connection.js';
import { toGlobalId } from '../ids.js';

@ObjectType({ simpleResolvers: true, description: 'A target user on the leaderboard of its company.' })
export class LeaderboardEntry {
  @Field(() => Int, { description: 'Place, as Keepnet gives it; a filter does not change it.' })
  rank: number;

  @Field(() => Int, { description: 'Points; may be negative.' })
  points: number;

  @Field(() => Float, { nullable: true, description: 'Percent, 0 to 100.' })
  performance: number | null;

  @Field(() => ID, { description: 'Global id of the target user.' })
  targetUserId: string;

  @Field(() => String, { description: 'First and last name, else the e-mail address, else the id.' })
  displayName: string;

  @Field(() => String, { nullable: true, description: 'First name.' })
  firstName: string | null;

  @Field(() => String, { nullable: true, description: 'Last name.' })
  lastName: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email: string | null;

  @Field(() => String, { nullable: true, description: 'Department.' })
  department: string | null;

  companyRow: CompanyRow;
  targetUserResourceId: string;
  /** The leaderboard's own period, which its entries go by unless told. */
  period: Period;
}

export const LeaderboardConnection = createConnectionType(
  'Leaderboard',
  () => LeaderboardEntry,
  'How many users match, on all pages.',
);

@ObjectType({ simpleResolvers: true, description: 'A value that a filter accepts.' })
export class LeaderboardOption implements OptionRow {
  @Field(() => String, { description: 'What Keepnet shows.' })
  text: string;

  @Field(() => String, { description: 'What the filter must be given.' })
  value: string;
}

@ObjectType({ simpleResolvers: true, description: 'The values that timeline filters accept in this company.' })
export class LeaderboardOptions implements LeaderboardOptionsRow {
  @Field(() => [LeaderboardOption], { description: 'For `actionTypes`.' })
  actionTypes: readonly LeaderboardOption[];

  @Field(() => [LeaderboardOption], { description: 'For `products`.' })
  products: readonly LeaderboardOption[];

  @Field(() => [LeaderboardOption], { description: 'For `difficultyTypes`.' })
  difficultyTypes: readonly LeaderboardOption[];

  @Field(() => [LeaderboardOption], { description: 'Categories of trainings.' })
  trainingCategories: readonly LeaderboardOption[];
}

export function toLeaderboardEntry(companyRow: CompanyRow, period: Period, row: LeaderboardRow): LeaderboardEntry {
  return {
    rank: row.rank,
    points: row.points,
    performance: row.performance,
    targetUserId: toGlobalId('TargetUser', companyRow.companyId, row.targetUserResourceId),
    displayName: row.displayName,
    firstName: row.firstName,
    lastName: row.lastName,
    email: row.email,
    department: row.department,
    companyRow,
    targetUserResourceId: row.targetUserResourceId,
    period,
  };
}
