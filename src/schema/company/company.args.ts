/** What a list of companies can be filtered and ordered by. */
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { badInput } from '../../errors.js';
import type { CompanyFilter, CompanyOrderField, CompanySearch, Order, PageRequest } from '../../keepnet/rows.js';
import { type ConnectionScope, DEFAULT_PAGE_SIZE, type PageArgs, parseWindow, type Window } from '../connection.js';
import { checkIdList, checkMonth, checkRange, checkTexts } from '../filter-checks.js';
import { createOrderInput } from '../order.input.js';
import { DateScalar } from '../scalars.js';
import { checkWhere, WhereInput } from '../where.input.js';

export const CompanyOrderInput = createOrderInput<CompanyOrderField>('Company', {
  NAME: 'Name of the company.',
  CREATED_AT: 'When the company was created.',
  LICENSE_ENDS_AT: 'When the licence ends.',
  ACTIVE_USERS: 'Active target users.',
  SEATS: 'Users that the licence covers.',
  RESELLER_NAME: 'Name of the reseller.',
  INDUSTRY: 'Name of the industry.',
  LICENSE_TYPE: 'Name of the licence type.',
});

@InputType('CompanyFilter', {
  description: 'All properties must hold; bounds are inclusive. Keepnet filters, not this server.',
})
export class CompanyFilterInput implements CompanyFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name of the company, its reseller or a tag.' })
  search?: string | null;

  @Field(() => String, { nullable: true, description: "Part of the reseller's name." })
  resellerName?: string | null;

  @Field(() => String, { nullable: true, description: 'Part of a tag.' })
  tag?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Any of these industries: `industry.resourceId`.' })
  industryIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Any of these licence types: `license.type.resourceId`.' })
  licenseTypeIds?: string[] | null;

  @Field(() => Int, { nullable: true, description: 'At least so many active target users.' })
  activeUsersMin?: number | null;

  @Field(() => Int, { nullable: true, description: 'At most so many active target users.' })
  activeUsersMax?: number | null;

  @Field(() => DateScalar, { nullable: true, description: 'Licence ends on this day or later.' })
  licenseEndsFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Licence ends on this day or earlier.' })
  licenseEndsTo?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Created on this day or later.' })
  createdFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Created on this day or earlier.' })
  createdTo?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the licence has ended.' })
  isLicenseExpired?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only companies with more active users than seats.' })
  isOverLimit?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'The month, `YYYY-MM`, that `userTotals.addedThisMonth` counts instead of this one. From 2025-12 on.',
  })
  addedUsersMonth?: string | null;

  @Field(() => WhereInput, { nullable: true, description: "Keepnet's own filter groups, for anything else." })
  where?: WhereInput | null;
}

@ArgsType()
export class CompaniesArgs implements PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: 'How many, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the entry to go on after.' })
  after?: string | null;

  @Field(() => CompanyFilterInput, { nullable: true, description: 'Which companies.' })
  filter?: CompanyFilterInput | null;

  @Field(() => CompanyOrderInput, { nullable: true, description: 'In which order; by name unless told.' })
  orderBy?: Order<CompanyOrderField> | null;
}

export interface CompaniesQuestion {
  readonly window: Window;
  readonly scope: ConnectionScope;
  toSearch(page: PageRequest): CompanySearch;
}

/** Throws BAD_USER_INPUT that names the argument. */
export function parseCompaniesArgs(args: CompaniesArgs): CompaniesQuestion {
  const filter = args.filter ?? {};
  checkTexts(filter, ['search', 'resellerName', 'tag']);
  checkIdList('industryIds', filter.industryIds);
  checkIdList('licenseTypeIds', filter.licenseTypeIds);
  checkRange(filter, 'activeUsersMin', 'activeUsersMax');
  checkRange(filter, 'licenseEndsFrom', 'licenseEndsTo');
  checkRange(filter, 'createdFrom', 'createdTo');
  checkMonth('addedUsersMonth', filter.addedUsersMonth);
  if (filter.isOverLimit === false) {
    throw badInput(
      'filter.isOverLimit',
      'Keepnet can only select companies over their limit: give true, or leave it out',
    );
  }
  checkWhere(filter.where);
  const order: Order<CompanyOrderField> = args.orderBy ?? { field: 'NAME', direction: 'ASC' };
  const scope = { field: 'companies', question: { filter, order } };
  return { window: parseWindow(args, scope), scope, toSearch: (page) => ({ filter, order, ...page }) };
}
