/** What clients write to start an export: of what, of which companies, and as what file. */
import { Field, ID, InputType } from 'type-graphql';
import type { ExportFormat, ExportLayout } from '../../exports/job.js';
import type { CompanyOrderField, LeaderboardOrderField, Order, TargetUserOrderField } from '../../keepnet/rows.js';
import { CompanyFilterInput, CompanyOrderInput } from '../company/company.args.js';
import { LeaderboardFilterInput, LeaderboardOrderInput } from '../leaderboard/leaderboard.args.js';
import { TimelineFilterInput } from '../leaderboard/timeline.args.js';
import { type OrderDirection, OrderDirectionEnum } from '../order.input.js';
import { PeriodInput } from '../period.input.js';
import { TargetUserFilterInput, TargetUserOrderInput } from '../target-user/target-user.args.js';
import { CompanySelectorInput } from './company-selector.input.js';
import { type AskedExportSource, ExportFormatEnum, ExportLayoutEnum, ExportSourceEnum } from './export-enums.js';

/** What every export is asked: the file, and a key that makes asking twice harmless. */
@InputType()
export abstract class ExportFileInput {
  @Field(() => ExportFormatEnum, { description: 'The kind of file.' })
  format: ExportFormat;

  @Field(() => ExportSourceEnum, { defaultValue: 'AUTO', description: 'Who makes the file.' })
  source: AskedExportSource;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether CSV begins with a byte order mark, by which Excel knows that it is UTF-8.',
  })
  bom: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      '8 to 200 visible ASCII characters. The same key with the same input gives the same export, for a day at least; with another input it is IDEMPOTENCY_KEY_REUSED.',
  })
  idempotencyKey?: string | null;
}

/** Of several companies. */
@InputType()
export abstract class ExportCompaniesFileInput extends ExportFileInput {
  @Field(() => CompanySelectorInput, { description: 'Which companies, 10,000 at most.' })
  companies: CompanySelectorInput;

  @Field(() => ExportLayoutEnum, {
    defaultValue: 'COMBINED',
    description: 'How the companies lie in the download.',
  })
  layout: ExportLayout;
}

@InputType({ description: 'An export of leaderboards.' })
export class ExportLeaderboardInput extends ExportCompaniesFileInput {
  @Field(() => PeriodInput, { nullable: true, description: 'Which period; LAST_MONTH unless told.' })
  period?: PeriodInput | null;

  @Field(() => LeaderboardFilterInput, { nullable: true, description: 'Which users of each company.' })
  filter?: LeaderboardFilterInput | null;

  @Field(() => LeaderboardOrderInput, { nullable: true, description: 'In which order; by rank unless told.' })
  orderBy?: Order<LeaderboardOrderField> | null;
}

@InputType({ description: 'An export of target users.' })
export class ExportTargetUsersInput extends ExportCompaniesFileInput {
  @Field(() => TargetUserFilterInput, { nullable: true, description: 'Which users of each company.' })
  filter?: TargetUserFilterInput | null;

  @Field(() => TargetUserOrderInput, { nullable: true, description: 'In which order; oldest first unless told.' })
  orderBy?: Order<TargetUserOrderField> | null;
}

@InputType({ description: 'An export of what users of one company did.' })
export class ExportUserTimelineInput extends ExportFileInput {
  @Field(() => ID, { description: 'The company: global or raw id.' })
  company: string;

  @Field(() => [ID], {
    nullable: true,
    description:
      'These users of the company: global or raw ids, 1 to 1,000. All its active and inactive users unless told.',
  })
  targetUsers?: string[] | null;

  @Field(() => PeriodInput, { nullable: true, description: 'Which period; THIS_YEAR unless told.' })
  period?: PeriodInput | null;

  @Field(() => TimelineFilterInput, { nullable: true, description: 'Which events.' })
  filter?: TimelineFilterInput | null;

  @Field(() => OrderDirectionEnum, {
    nullable: true,
    description: 'By time, for each user; oldest first unless told.',
  })
  direction?: OrderDirection | null;
}

@InputType({ description: 'An export of the list of companies.' })
export class ExportCompaniesInput extends ExportFileInput {
  @Field(() => CompanyFilterInput, { nullable: true, description: 'Which companies; all unless told.' })
  filter?: CompanyFilterInput | null;

  @Field(() => CompanyOrderInput, { nullable: true, description: 'In which order; by name unless told.' })
  orderBy?: Order<CompanyOrderField> | null;
}
