/** An executive report. The list row names it; period, layout and widgets need the report itself. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { CompanyRow, Instant, PeriodPreset, ReportRow } from '../../keepnet/rows.js';
import { toGlobalId } from '../ids.js';
import { Node } from '../node/node.type.js';
import { PeriodPresetEnum } from '../period.input.js';
import { DateTimeScalar } from '../scalars.js';

@ObjectType({
  simpleResolvers: true,
  description: 'The period of a report: a preset, a range, or both as Keepnet keeps them.',
})
export class ReportPeriod {
  @Field(() => PeriodPresetEnum, { nullable: true, description: 'Preset; null for a range of its own.' })
  preset: PeriodPreset | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Begin of the range.' })
  from: Instant;

  @Field(() => DateTimeScalar, { nullable: true, description: 'End of the range.' })
  to: Instant;

  @Field(() => String, { nullable: true, description: 'The range as Keepnet shows it.' })
  label: string | null;
}

@ObjectType({ simpleResolvers: true, implements: Node, description: 'A saved executive report of a company.' })
export class ExecutiveReport extends Node {
  @Field(() => ID, { description: 'Global id, for example `ExecutiveReport:xC5kfGz7w2Nz:kL8mN2pQ4rS6`.' })
  declare id: string;

  @Field(() => String, { description: "Keepnet's own id." })
  resourceId: string;

  @Field(() => String, { description: 'Name.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'Description.' })
  description: string | null;

  @Field(() => Boolean, { description: 'Whether it can be changed in Keepnet.' })
  isEditable: boolean;

  @Field(() => Boolean, { description: 'Whether it can be deleted in Keepnet.' })
  isDeletable: boolean;

  companyRow: CompanyRow;
}

export function toExecutiveReport(companyRow: CompanyRow, row: ReportRow): ExecutiveReport {
  return { id: toGlobalId('ExecutiveReport', companyRow.companyId, row.resourceId), companyRow, ...row };
}
