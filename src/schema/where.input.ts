/**
 * The escape hatch of every filter: Keepnet's own filter groups, for what the typed filters cannot say. Field names are
 * Keepnet's and are passed on as they are; a name that Keepnet does not know is answered UPSTREAM_REJECTED.
 */
import { Field, InputType, registerEnumType } from 'type-graphql';
import { badInput } from '../errors.js';
import type { WhereFilter } from '../keepnet/rows.js';

const MatchEnum = { ALL: 'ALL', ANY: 'ANY' } as const;

registerEnumType(MatchEnum, {
  name: 'Match',
  description: 'How conditions are joined.',
  valuesConfig: {
    ALL: { description: 'Every one must hold.' },
    ANY: { description: 'One is enough.' },
  },
});

/** The values are Keepnet's spellings. */
const WhereOperatorEnum = {
  EQUALS: '=',
  NOT_EQUALS: '!=',
  CONTAINS: 'Contains',
  INCLUDE: 'Include',
  GREATER: '>',
  GREATER_OR_EQUAL: '>=',
  LESS: '<',
  LESS_OR_EQUAL: '<=',
} as const;

registerEnumType(WhereOperatorEnum, {
  name: 'WhereOperator',
  description: "Keepnet's operators.",
  valuesConfig: {
    EQUALS: { description: '`=`' },
    NOT_EQUALS: { description: '`!=`' },
    CONTAINS: { description: '`Contains`: part of a text.' },
    INCLUDE: { description: '`Include`: one of several, joined by commas in the value.' },
    GREATER: { description: '`>`' },
    GREATER_OR_EQUAL: { description: '`>=`' },
    LESS: { description: '`<`' },
    LESS_OR_EQUAL: { description: '`<=`' },
  },
});

@InputType({ description: "One condition in Keepnet's own words." })
export class WhereItemInput {
  @Field(() => String, { description: "Keepnet's field name, for example `CompanyName`." })
  field: string;

  @Field(() => WhereOperatorEnum, { description: 'How to compare.' })
  operator: string;

  @Field(() => String, { description: 'What to compare with, always as text; dates as `YYYY-MM-DD`.' })
  value: string;
}

@InputType({ description: 'Some conditions, joined in one way.' })
export class WhereGroupInput {
  @Field(() => MatchEnum, { defaultValue: 'ALL', description: 'How the items are joined.' })
  match: 'ALL' | 'ANY';

  @Field(() => [WhereItemInput], { description: 'The conditions, 1 to 20.' })
  items: WhereItemInput[];
}

@InputType({ description: "Keepnet's filter groups, for what the typed filters cannot say." })
export class WhereInput implements WhereFilter {
  @Field(() => MatchEnum, { defaultValue: 'ALL', description: 'How the groups are joined.' })
  match: 'ALL' | 'ANY';

  @Field(() => [WhereGroupInput], { description: 'The groups, 1 to 5.' })
  groups: WhereGroupInput[];
}

/** Throws BAD_USER_INPUT that names `filter.where`. */
export function checkWhere(where: WhereFilter | null | undefined): void {
  if (!where) return;
  if (where.groups.length < 1 || where.groups.length > 5) {
    throw badInput('filter.where.groups', `expected 1 to 5 groups, got: ${where.groups.length}`);
  }
  for (const { items } of where.groups) {
    if (items.length < 1 || items.length > 20) {
      throw badInput('filter.where.groups.items', `expected 1 to 20 items, got: ${items.length}`);
    }
    for (const item of items) checkItem(item);
  }
}

function checkItem({ field, value }: { field: string; value: string }): void {
  if (!/^[\p{L}\p{N} _.-]{1,64}$/u.test(field)) {
    throw badInput(
      'filter.where.groups.items.field',
      'expected a field name of 1 to 64 letters, digits, blanks, "_", "." or "-"',
    );
  }
  if (value.length > 500) throw badInput('filter.where.groups.items.value', 'expected at most 500 characters');
}
