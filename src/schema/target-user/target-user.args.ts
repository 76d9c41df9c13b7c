/** What a list of target users can be filtered and ordered by. */
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { badInput } from '../../errors.js';
import type {
  Order,
  PageRequest,
  TargetUserFilter,
  TargetUserOrderField,
  TargetUserSearch,
  TargetUserStatus,
} from '../../keepnet/rows.js';
import { type ConnectionScope, DEFAULT_PAGE_SIZE, type PageArgs, parseWindow, type Window } from '../connection.js';
import { checkIdList, checkMonth, checkRange, checkTextList, checkTexts } from '../filter-checks.js';
import { createOrderInput } from '../order.input.js';
import { DateScalar } from '../scalars.js';
import { checkWhere, WhereInput } from '../where.input.js';
import { TargetUserStatusEnum } from './target-user.type.js';

export const TargetUserOrderInput = createOrderInput<TargetUserOrderField>('TargetUser', {
  CREATED_AT: 'When the user was added.',
  UPDATED_AT: 'When the user was last changed.',
  FIRST_NAME: 'First name.',
  LAST_NAME: 'Last name.',
  EMAIL: 'E-mail address.',
  DEPARTMENT: 'Department.',
  PRIORITY: 'Priority.',
  STATUS: 'Status.',
});

/** Whom a list holds that is not told otherwise. */
const USUAL_STATUSES: TargetUserStatus[] = ['ACTIVE', 'INACTIVE'];

@InputType('TargetUserFilter', {
  description: 'All properties must hold; bounds are inclusive. Keepnet filters, not this server.',
})
export class TargetUserFilterInput {
  @Field(() => String, {
    nullable: true,
    description: 'Part of a name, the e-mail address, the phone number or the department.',
  })
  search?: string | null;

  @Field(() => [TargetUserStatusEnum], {
    nullable: true,
    defaultValue: USUAL_STATUSES,
    description: 'Any of these; ACTIVE and INACTIVE unless told. Keepnet itself would count deleted users too.',
  })
  statuses?: TargetUserStatus[] | null;

  @Field(() => String, { nullable: true, description: 'Part of the department.' })
  department?: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the e-mail address.' })
  email?: string | null;

  @Field(() => [String], { nullable: true, description: 'Any of these e-mail addresses, whole.' })
  emails?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Any of VeryLow, Low, Medium, High, VeryHigh.' })
  priorities?: string[] | null;

  @Field(() => [ID], { nullable: true, description: "Any of these languages, by Keepnet's resource id." })
  preferredLanguageIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Any of these time zones, as Keepnet names them.' })
  timeZones?: string[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'Added on this day or later.' })
  createdFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Added on this day or earlier.' })
  createdTo?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Changed on this day or later.' })
  updatedFrom?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Changed on this day or earlier.' })
  updatedTo?: string | null;

  @Field(() => String, { nullable: true, description: 'Added in this month, `YYYY-MM`.' })
  addedInMonth?: string | null;

  @Field(() => WhereInput, { nullable: true, description: "Keepnet's own filter groups, for anything else." })
  where?: WhereInput | null;
}

@ArgsType()
export class TargetUsersArgs implements PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: 'How many per company, 1 to 100.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the entry to go on after.' })
  after?: string | null;

  @Field(() => TargetUserFilterInput, { nullable: true, description: 'Which users.' })
  filter?: TargetUserFilterInput | null;

  @Field(() => TargetUserOrderInput, { nullable: true, description: 'In which order; newest first unless told.' })
  orderBy?: Order<TargetUserOrderField> | null;
}

export interface TargetUsersQuestion {
  readonly window: Window;
  readonly scope: ConnectionScope;
  toSearch(page: PageRequest): TargetUserSearch;
}

/** Throws BAD_USER_INPUT that names the argument. `ownerId` as in `parseWindow`. */
export function parseTargetUsersArgs(args: TargetUsersArgs, ownerId?: string): TargetUsersQuestion {
  const given = args.filter ?? {};
  checkTexts(given, ['search', 'department', 'email']);
  checkTextList('emails', given.emails);
  checkTextList('priorities', given.priorities);
  checkTextList('timeZones', given.timeZones);
  checkIdList('preferredLanguageIds', given.preferredLanguageIds);
  checkRange(given, 'createdFrom', 'createdTo');
  checkRange(given, 'updatedFrom', 'updatedTo');
  checkMonth('addedInMonth', given.addedInMonth);
  checkWhere(given.where);
  const filter: TargetUserFilter = { ...given, statuses: parseStatuses(given.statuses) };
  const order: Order<TargetUserOrderField> = args.orderBy ?? { field: 'CREATED_AT', direction: 'DESC' };
  const scope = { field: 'targetUsers', question: { filter, order } };
  return { window: parseWindow(args, scope, ownerId), scope, toSearch: (page) => ({ filter, order, ...page }) };
}

function parseStatuses(
  statuses: readonly TargetUserStatus[] | null | undefined,
): Exclude<TargetUserStatus, 'UNKNOWN'>[] {
  const given = statuses ?? USUAL_STATUSES;
  const known = given.filter((status) => status !== 'UNKNOWN');
  if (known.length === 0 || known.length < given.length) {
    throw badInput('filter.statuses', 'expected one or more of ACTIVE, INACTIVE, DELETED');
  }
  return known;
}
