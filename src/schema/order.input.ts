/** Ordering, the same for every list: a field of that list and a direction. */
import { type ClassType, Field, InputType, registerEnumType } from 'type-graphql';
import type { Order } from '../keepnet/rows.js';

export const OrderDirectionEnum = { ASC: 'ASC', DESC: 'DESC' } as const;
export type OrderDirection = keyof typeof OrderDirectionEnum;

registerEnumType(OrderDirectionEnum, {
  name: 'OrderDirection',
  description: 'Which end comes first.',
  valuesConfig: {
    ASC: { description: 'Smallest, earliest or first in the alphabet first.' },
    DESC: { description: 'Largest, latest or last in the alphabet first.' },
  },
});

/** The GraphQL types `<name>Order` and `<name>OrderField`; `descriptions` says what each field orders by. */
export function createOrderInput<FieldName extends string>(
  name: string,
  descriptions: Record<FieldName, string>,
): ClassType<Order<FieldName>> {
  const names = Object.keys(descriptions) as FieldName[];
  const fieldEnum = Object.fromEntries(names.map((field) => [field, field])) as { [F in FieldName]: F };
  registerEnumType(fieldEnum, {
    name: `${name}OrderField`,
    description: `What a list of ${name} can be ordered by.`,
    valuesConfig: Object.fromEntries(names.map((field) => [field, { description: descriptions[field] }])) as Record<
      FieldName,
      { description: string }
    >,
  });

  @InputType(`${name}Order`, { description: `The order of a list of ${name}.` })
  class OrderInput {
    @Field(() => fieldEnum, { description: 'What to order by.' })
    field: FieldName;

    @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'Which end comes first.' })
    direction: OrderDirection;
  }
  return OrderInput;
}
