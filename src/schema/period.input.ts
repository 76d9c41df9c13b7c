/** A period as clients give it: one of Keepnet's presets, or a range of days. Never both, never half a range. */
import { Field, InputType, registerEnumType } from 'type-graphql';
import { badInput } from '../errors.js';
import type { Period, PeriodPreset } from '../keepnet/rows.js';
import { DateScalar } from './scalars.js';

export const PeriodPresetEnum = {
  LAST_MONTH: 'LAST_MONTH',
  LAST_3_MONTHS: 'LAST_3_MONTHS',
  LAST_6_MONTHS: 'LAST_6_MONTHS',
  LAST_YEAR: 'LAST_YEAR',
  THIS_YEAR: 'THIS_YEAR',
} as const satisfies Record<PeriodPreset, PeriodPreset>;

registerEnumType(PeriodPresetEnum, {
  name: 'PeriodPreset',
  description: "Keepnet's own periods, counted back from now.",
  valuesConfig: {
    LAST_MONTH: { description: 'The last month.' },
    LAST_3_MONTHS: { description: 'The last three months.' },
    LAST_6_MONTHS: { description: 'The last six months.' },
    LAST_YEAR: { description: 'The last twelve months.' },
    THIS_YEAR: { description: 'Since 1 January of this year.' },
  },
});

@InputType({ description: 'A `preset`, or `from` and `to`; never both.' })
export class PeriodInput {
  @Field(() => PeriodPresetEnum, { nullable: true, description: "One of Keepnet's periods." })
  preset?: PeriodPreset | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day, inclusive. Needs `to`.' })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day, inclusive. Needs `from`.' })
  to?: string | null;
}

/** Throws BAD_USER_INPUT that names `period`. */
export function parsePeriod(input: PeriodInput | null | undefined, fallback: Period): Period {
  const { preset, from, to } = input ?? {};
  if (preset && (from || to)) throw badInput('period', 'give a preset, or from and to, not both');
  if (preset) return { preset };
  if (!from && !to) return fallback;
  if (!from || !to) throw badInput('period', `a range needs both ends, ${from ? 'to' : 'from'} is missing`);
  if (from > to) throw badInput('period', `from must not be after to, got: ${from} and ${to}`);
  return { from, to };
}
