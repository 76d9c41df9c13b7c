/**
 * A customer company. Everything declared here is in the row that Keepnet's list sends, so it costs nothing more; what
 * costs calls of its own is in `company.resolver.ts` and `company-lists.resolver.ts`.
 */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { CompanyLicense, CompanyRow, Instant } from '../../keepnet/rows.js';
import { createConnectionType } from '../connection.js';
import { toCompanyGlobalId } from '../ids.js';
import { NamedRef } from '../named-ref.type.js';
import { Node } from '../node/node.type.js';
import { DateTimeScalar } from '../scalars.js';

export const CompanyAccessStateEnum = {
  OPEN: 'OPEN',
  PRIVACY_DENIED: 'PRIVACY_DENIED',
  FORBIDDEN: 'FORBIDDEN',
  UNKNOWN: 'UNKNOWN',
} as const;
export type CompanyAccessState = keyof typeof CompanyAccessStateEnum;

registerEnumType(CompanyAccessStateEnum, {
  name: 'CompanyAccessState',
  description: 'Whether the data of a company can be read.',
  valuesConfig: {
    OPEN: { description: 'Nothing is known against it.' },
    PRIVACY_DENIED: { description: 'The customer closed its data to the reseller; scoped fields are not called.' },
    FORBIDDEN: { description: 'Keepnet refused a call within the last minute, for an IP restriction.' },
    UNKNOWN: { description: 'Keepnet does not say; calls are made.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Whether, and until when, the data of a company can be read.' })
export class CompanyAccess {
  @Field(() => CompanyAccessStateEnum, { description: 'Whether the data can be read. Free.' })
  state: CompanyAccessState;

  companyId: string;
}

@ObjectType({ simpleResolvers: true, description: 'The licence of a company. Free: from the list row.' })
export class License implements CompanyLicense {
  @Field(() => NamedRef, { nullable: true, description: 'Licence type.' })
  type: NamedRef | null;

  @Field(() => Int, { nullable: true, description: 'Users that the licence covers; null where it is unlimited.' })
  seats: number | null;

  @Field(() => Boolean, { description: 'Whether the number of users is limited.' })
  isLimited: boolean;

  @Field(() => Boolean, { description: 'Whether the licence has ended. An ended licence stops no call.' })
  isExpired: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the licence ends.' })
  endsAt: Instant;

  @Field(() => Int, { nullable: true, description: 'Whole days until the end, negative after it.' })
  daysRemaining: number | null;

  @Field(() => Boolean, { description: 'Whether there are more active users than seats.' })
  isOverLimit: boolean;
}

@ObjectType({
  simpleResolvers: true,
  description: 'User totals of the list row. Free; `countSummary` is the same question asked of the company itself.',
})
export class UserTotals {
  @Field(() => Int, { description: 'Active target users.' })
  active: number;

  @Field(() => Int, { description: 'Inactive target users.' })
  inactive: number;

  @Field(() => Int, { description: 'Deleted target users.' })
  deleted: number;

  @Field(() => Int, { description: 'Users added this month (or in `filter.addedUsersMonth`), whatever their status.' })
  addedThisMonth: number;
}

@ObjectType({ simpleResolvers: true, implements: Node, description: 'A customer company of the reseller.' })
export class Company extends Node {
  @Field(() => ID, { description: 'Global id, for example `Company:xC5kfGz7w2Nz`.' })
  declare id: string;

  @Field(() => String, { description: "Keepnet's own id. Free." })
  resourceId: string;

  @Field(() => String, { description: 'Name of the company. Free.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'Name of the reseller that the company belongs to. Free.' })
  resellerName: string | null;

  @Field(() => NamedRef, { nullable: true, description: 'Industry. Free.' })
  industry: NamedRef | null;

  @Field(() => [String], { description: 'Tags. Free.' })
  tags: readonly string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the company was created. Free.' })
  createdAt: Instant;

  @Field(() => License, { description: 'Licence. Free.' })
  license: License;

  @Field(() => UserTotals, { description: 'User totals. Free.' })
  userTotals: UserTotals;

  /** The row itself: the key to every scoped call. */
  row: CompanyRow;
}

export const CompanyConnection = createConnectionType(
  'Company',
  () => Company,
  'How many companies match, on all pages.',
);

export function toCompany(row: CompanyRow): Company {
  return {
    id: toCompanyGlobalId(row.companyId),
    resourceId: row.companyId,
    name: row.name,
    resellerName: row.resellerName,
    industry: row.industry,
    tags: row.tags,
    createdAt: row.createdAt,
    license: row.license,
    userTotals: row.userTotals,
    row,
  };
}
