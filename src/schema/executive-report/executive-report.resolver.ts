/** Executive reports of a company, the widgets they hold, and any widget of the catalogue by itself. */
import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { AppError, badInput } from '../../errors.js';
import type { CompanyRow, Instant, Period, ReportDetailsRow } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { CheckArguments } from '../check-arguments.js';
import { Company, toCompany } from '../company/company.type.js';
import type { GraphContext } from '../context.js';
import { parseResourceId, parseScopedId } from '../ids.js';
import { PeriodInput, parsePeriod } from '../period.input.js';
import { Price } from '../price.js';
import { DateTimeScalar } from '../scalars.js';
import { ExecutiveReport, ReportPeriod, toExecutiveReport } from './executive-report.type.js';
import { MetricGroup, Widget, WidgetLayout } from './widget.type.js';

/** Keepnet's own default for its executive reports. */
export const WIDGET_PERIOD: Period = { preset: 'LAST_3_MONTHS' };
const MAX_WIDGETS = 50;
const MAX_NAME_LENGTH = 200;

interface WidgetsArgs {
  readonly ids: readonly string[];
  readonly period?: PeriodInput | null;
}

@Resolver(() => Company)
export class CompanyReportsResolver {
  @FieldResolver(() => [ExecutiveReport], {
    nullable: true,
    description: 'All executive reports; Keepnet does not page them. 1 Keepnet call per company.',
  })
  @CheckArguments(checkReportName)
  @Price({ per: 'company', entries: 4 })
  async executiveReports(
    @Root() { row }: Company,
    @Arg('name', () => String, { nullable: true, description: 'Part of the name; all unless told.' })
    name: string | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ): Promise<ExecutiveReport[]> {
    const reports = await loaders.executiveReports(row, name ?? '');
    return reports.map((report) => toExecutiveReport(row, report));
  }

  @FieldResolver(() => ExecutiveReport, {
    nullable: true,
    description:
      'One executive report; null where the company has no such report. 1 Keepnet call per company, the same as `executiveReports`.',
  })
  @CheckArguments(({ id }: { id: string }) => parseScopedId('ExecutiveReport', id, 'id'))
  @Price({ per: 'company', call: 'executiveReports' })
  async executiveReport(
    @Root() { row }: Company,
    @Arg('id', () => ID, { description: 'Global or raw id.' }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<ExecutiveReport | null> {
    const { companyId, resourceId } = parseScopedId('ExecutiveReport', id, 'id');
    return companyId === null || companyId === row.companyId ? loadExecutiveReport(row, resourceId, loaders) : null;
  }

  @FieldResolver(() => [MetricGroup], {
    nullable: true,
    description: 'The widgets that the licence of the company offers, in groups. 1 Keepnet call per company.',
  })
  @Price({ per: 'company' })
  executiveMetrics(@Root() { row }: Company, @Ctx() { loaders }: GraphContext): Promise<readonly MetricGroup[]> {
    return loaders.executiveMetrics(row, null);
  }

  @FieldResolver(() => [Widget], {
    nullable: true,
    description:
      'Widgets by id, each with its figures; ids that Keepnet does not know are left out. Merged into 1 Keepnet call per company and period.',
  })
  @CheckArguments(checkWidgetsArgs)
  @Price({ per: 'company' })
  async widgets(
    @Root() { row }: Company,
    @Arg('ids', () => [ID], { description: 'Raw ids from `executiveMetrics`, 1 to 50.' }) ids: string[],
    @Arg('period', () => PeriodInput, { nullable: true, description: 'Which period; LAST_3_MONTHS unless told.' })
    period: PeriodInput | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Widget[]> {
    const group = parsePeriod(period, WIDGET_PERIOD);
    const widgets = await Promise.all([...new Set(ids)].map((id) => loaders.widget(row, { group, id })));
    return widgets.filter((widget) => widget !== null);
  }
}

@Resolver(() => ExecutiveReport)
export class ExecutiveReportResolver {
  @FieldResolver(() => Company, { description: 'The company of the report. Free.' })
  company(@Root() { companyRow }: ExecutiveReport): Company {
    return toCompany(companyRow);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'When the report was created. 1 Keepnet call per report.',
  })
  @Price({ per: 'entry', call: 'report' })
  async createdAt(@Root() report: ExecutiveReport, @Ctx() { loaders }: GraphContext): Promise<Instant> {
    const { createdAt } = await loadDetails(report, loaders);
    return createdAt;
  }

  @FieldResolver(() => ReportPeriod, {
    nullable: true,
    description: 'Period of the report. 1 Keepnet call per report.',
  })
  @Price({ per: 'entry', call: 'report' })
  async period(@Root() report: ExecutiveReport, @Ctx() { loaders }: GraphContext): Promise<ReportPeriod | null> {
    const { period } = await loadDetails(report, loaders);
    return period;
  }

  @FieldResolver(() => [WidgetLayout], {
    nullable: true,
    description: 'Where each widget stands. 1 Keepnet call per report.',
  })
  @Price({ per: 'entry', call: 'report' })
  async layout(@Root() report: ExecutiveReport, @Ctx() { loaders }: GraphContext): Promise<ReportDetailsRow['layout']> {
    const { layout } = await loadDetails(report, loaders);
    return layout;
  }

  @FieldResolver(() => [Widget], {
    nullable: true,
    description: 'The widgets with their figures. 1 Keepnet call per report.',
  })
  @Price({ per: 'entry', call: 'report' })
  async widgets(@Root() report: ExecutiveReport, @Ctx() { loaders }: GraphContext): Promise<readonly Widget[]> {
    const { widgets } = await loadDetails(report, loaders);
    return widgets;
  }
}

/** One report by its raw id, from the list: only that tells whether it can be edited. */
export async function loadExecutiveReport(
  row: CompanyRow,
  resourceId: string,
  loaders: Loaders,
): Promise<ExecutiveReport | null> {
  const reports = await loaders.executiveReports(row, '');
  const report = reports.find((candidate) => candidate.resourceId === resourceId);
  return report ? toExecutiveReport(row, report) : null;
}

async function loadDetails({ companyRow, resourceId }: ExecutiveReport, loaders: Loaders): Promise<ReportDetailsRow> {
  const details = await loaders.executiveReportDetails(companyRow, resourceId);
  if (details !== null) return details;
  throw new AppError('UPSTREAM_BAD_RESPONSE', 'Keepnet lists this report but does not answer it.', {
    companyId: companyRow.companyId,
  });
}

function checkReportName({ name }: { name?: string | null }): void {
  if (name && name.length > MAX_NAME_LENGTH)
    throw badInput('name', `expected at most ${MAX_NAME_LENGTH} characters, got: ${name.length}`);
}

function checkWidgetsArgs({ ids, period }: WidgetsArgs): void {
  if (ids.length < 1 || ids.length > MAX_WIDGETS)
    throw badInput('ids', `expected 1 to ${MAX_WIDGETS} ids, got: ${ids.length}`);
  for (const id of ids) parseResourceId(id, 'ids');
  parsePeriod(period, WIDGET_PERIOD);
}
