/**
 * A target user of a company. A user from the list carries all of it; one that was reached by id carries what
 * `by-resource-ids` tells, and the rest is looked up, merged per company, only where it is selected.
 */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { AppError } from '../../errors.js';
import type {
  CompanyRow,
  Instant,
  ProvisioningSource,
  TargetUserBriefRow,
  TargetUserRow,
  TargetUserStatus,
} from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { createConnectionType } from '../connection.js';
import { toGlobalId } from '../ids.js';
import { type Lazy, LazyField } from '../lazy-field.js';
import { Node } from '../node/node.type.js';
import { DateTimeScalar } from '../scalars.js';

export const TargetUserStatusEnum = {
  ACTIVE: 'ACTIVE',
  INACTIVE: 'INACTIVE',
  DELETED: 'DELETED',
  UNKNOWN: 'UNKNOWN',
} as const satisfies Record<TargetUserStatus, TargetUserStatus>;

registerEnumType(TargetUserStatusEnum, {
  name: 'TargetUserStatus',
  description: 'Whether a target user takes part.',
  valuesConfig: {
    ACTIVE: { description: 'Takes part, and counts against the licence.' },
    INACTIVE: { description: 'Does not take part.' },
    DELETED: { description: 'Deleted; Keepnet still lists it.' },
    UNKNOWN: { description: 'Keepnet sent something else: see `rawStatus`. Not for filters.' },
  },
});

const ProvisioningSourceEnum = { SCIM: 'SCIM', LDAP: 'LDAP', MANUAL: 'MANUAL' } as const;

registerEnumType(ProvisioningSourceEnum, {
  name: 'ProvisioningSource',
  description: 'Where a target user comes from.',
  valuesConfig: {
    SCIM: { description: 'A SCIM setting of the company.' },
    LDAP: { description: 'An LDAP configuration of the company.' },
    MANUAL: { description: 'By hand, by file or by API.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A field that the company itself added to its users.' })
export class CustomFieldValue {
  @Field(() => String, { description: 'Name of the field.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'Value as text.' })
  value: string | null;
}

const LOOKED_UP = 'For a user reached by id: 1 more Keepnet call per company and 100 users.';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A person who gets trainings and simulated attacks.',
})
export class TargetUser extends Node {
  @Field(() => ID, { description: 'Global id, for example `TargetUser:xC5kfGz7w2Nz:aB3dE5fG7hJ9`.' })
  declare id: string;

  @Field(() => String, { description: "Keepnet's own id." })
  resourceId: string;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  email: string | null;

  @Field(() => String, { nullable: true, description: 'First name.' })
  firstName: string | null;

  @Field(() => String, { nullable: true, description: 'Last name.' })
  lastName: string | null;

  @Field(() => String, { description: 'First and last name, else the e-mail address, else the id.' })
  displayName: string;

  @Field(() => String, { nullable: true, description: 'Phone number.' })
  phoneNumber: string | null;

  @Field(() => TargetUserStatusEnum, { description: 'Whether the user takes part.' })
  status: TargetUserStatus;

  @Field(() => String, { nullable: true, description: "Keepnet's own text or number for the status." })
  rawStatus: string | null;

  @Field(() => String, { nullable: true, description: `Department. ${LOOKED_UP}` })
  @LazyField()
  department: Lazy<string | null>;

  @Field(() => String, { nullable: true, description: `Priority, VeryLow to VeryHigh. ${LOOKED_UP}` })
  @LazyField()
  priority: Lazy<string | null>;

  @Field(() => String, { nullable: true, description: `Preferred language. ${LOOKED_UP}` })
  @LazyField()
  preferredLanguage: Lazy<string | null>;

  @Field(() => String, { nullable: true, description: `Time zone as Keepnet names it. ${LOOKED_UP}` })
  @LazyField()
  timeZone: Lazy<string | null>;

  @Field(() => ProvisioningSourceEnum, { nullable: true, description: `Where the user comes from. ${LOOKED_UP}` })
  @LazyField()
  provisionedBy: Lazy<ProvisioningSource>;

  @Field(() => [CustomFieldValue], { nullable: true, description: `The company's own fields. ${LOOKED_UP}` })
  @LazyField()
  customFields: Lazy<readonly CustomFieldValue[]>;

  @Field(() => DateTimeScalar, { nullable: true, description: `When the user was added. ${LOOKED_UP}` })
  @LazyField()
  createdAt: Lazy<Instant>;

  @Field(() => DateTimeScalar, { nullable: true, description: `When the user was last changed. ${LOOKED_UP}` })
  @LazyField()
  updatedAt: Lazy<Instant>;

  companyRow: CompanyRow;
}

export const TargetUserConnection = createConnectionType(
  'TargetUser',
  () => TargetUser,
  'How many target users match, on all pages.',
);

/** From a row of the list: everything is there. */
export function toTargetUser(companyRow: CompanyRow, row: TargetUserRow): TargetUser {
  return { id: toGlobalId('TargetUser', companyRow.companyId, row.resourceId), companyRow, ...row };
}

/** From `by-resource-ids`: what is missing is looked up in the list by the e-mail address, once per company. */
export function toTargetUserByLookup(companyRow: CompanyRow, brief: TargetUserBriefRow, loaders: Loaders): TargetUser {
  const lookUp =
    <Name extends keyof TargetUserRow>(name: Name) =>
    async (): Promise<TargetUserRow[Name]> =>
      (await loadWholeRow(companyRow, brief, loaders))[name];
  return {
    id: toGlobalId('TargetUser', companyRow.companyId, brief.resourceId),
    companyRow,
    department: lookUp('department'),
    priority: lookUp('priority'),
    preferredLanguage: lookUp('preferredLanguage'),
    timeZone: lookUp('timeZone'),
    provisionedBy: lookUp('provisionedBy'),
    customFields: lookUp('customFields'),
    createdAt: lookUp('createdAt'),
    updatedAt: lookUp('updatedAt'),
    ...brief,
  };
}

async function loadWholeRow(
  companyRow: CompanyRow,
  brief: TargetUserBriefRow,
  loaders: Loaders,
): Promise<TargetUserRow> {
  const id = brief.email?.toLowerCase();
  const row = id === undefined ? null : await loaders.targetUserByEmail(companyRow, { group: null, id });
  if (row?.resourceId === brief.resourceId) return row;
  throw new AppError('UPSTREAM_BAD_RESPONSE', "Keepnet's list does not show this user under its e-mail address.", {
    companyId: companyRow.companyId,
  });
}
