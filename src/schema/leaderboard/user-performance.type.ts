/** How one user does, over all and by product. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { UserPerformanceRow } from '../../keepnet/rows.js';

@ObjectType({ simpleResolvers: true, description: 'How a user does in one product.' })
export class ProductPerformance {
  @Field(() => String, { description: 'Product as Keepnet names it, for example `Phishing Simulator`.' })
  product: string;

  @Field(() => Float, { nullable: true, description: 'Percent, 0 to 100.' })
  performance: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'How a user does in a period.' })
export class UserPerformance implements UserPerformanceRow {
  @Field(() => Int, {
    nullable: true,
    description: 'Place on the leaderboard; null where Keepnet knows of no activity.',
  })
  rank: number | null;

  @Field(() => Float, { description: 'Points; may be negative.' })
  points: number;

  @Field(() => Float, { nullable: true, description: 'Percent, 0 to 100.' })
  performance: number | null;

  @Field(() => [ProductPerformance], {
    description: 'One entry per licensed product; empty where there is no activity.',
  })
  products: readonly ProductPerformance[];
}
