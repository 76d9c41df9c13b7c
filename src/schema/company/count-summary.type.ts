/** User counts as the company itself gives them, with the months since Keepnet began to count. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { CountSummaryRow, Instant } from '../../keepnet/rows.js';
import { DateScalar } from '../scalars.js';

@ObjectType({ simpleResolvers: true, description: 'Users of one month.' })
export class MonthlyActiveUsers {
  @Field(() => DateScalar, { nullable: true, description: 'First day of the month.' })
  periodStart: Instant;

  @Field(() => String, { description: 'Name of the month as Keepnet shows it.' })
  label: string;

  @Field(() => Int, { description: "Keepnet's monthly active users of the month." })
  count: number;
}

@ObjectType({ simpleResolvers: true, description: 'Target users of a company by status.' })
export class CountSummary {
  @Field(() => Int, { description: 'Active target users.' })
  active: number;

  @Field(() => Int, { description: 'Inactive target users.' })
  inactive: number;

  @Field(() => Int, { description: 'Deleted target users.' })
  deleted: number;

  months: CountSummaryRow['monthlyActiveUsers'];
}

export function toCountSummary({ active, inactive, deleted, monthlyActiveUsers }: CountSummaryRow): CountSummary {
  return { active, inactive, deleted, months: monthlyActiveUsers };
}
