/**
 * One widget at every company of a portfolio: found in each company's own catalogue, since ids are data and are not known to be the
 * same anywhere else, then asked for its figures. Two Keepnet calls per company; which of them fails makes no difference.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../../errors.js';
import type { CompanyRow, MetricGroupRow, Period, WidgetPointRow, WidgetRow } from '../../keepnet/rows.js';
import type { Loaders } from '../../loaders/create-loaders.js';
import { compareNames } from '../company/compare-names.js';
import type { LoadedCompanies } from '../company/load-companies.js';
import type { Coverage } from '../coverage.type.js';
import { askCompanies } from './ask-companies.js';
import { compareTexts } from './roll-up.js';

export interface MetricQuestion {
  /** What Keepnet shows, or its `widgetType`; in any case. */
  readonly name: string;
  readonly period: Period;
}

export interface CompanyPoint extends WidgetPointRow {
  readonly row: CompanyRow;
}

export interface MetricAnswers {
  /** Null where no company has it. */
  readonly widget: Pick<WidgetRow, 'name' | 'metric'> | null;
  readonly companiesWithout: number;
  /** By company, in the order of their names; within one as Keepnet gives them. */
  readonly points: readonly CompanyPoint[];
  readonly coverage: Coverage;
  /** The same for the same question, answered by the same companies. */
  readonly listId: string;
}

/** All catalogues at once could use up the calls of the operation before any figure is asked for. */
const COMPANIES_AT_ONCE = 32;

export async function askMetric(
  companies: LoadedCompanies,
  question: MetricQuestion,
  loaders: Loaders,
): Promise<MetricAnswers> {
  const ask = (row: CompanyRow) => loadMetric(row, question, loaders);
  const { answers, coverage } = await askCompanies(companies, ask, { atOnce: COMPANIES_AT_ONCE });
  const having = answers
    .flatMap(({ row, answer }) => (answer === null ? [] : [{ row, widget: answer }]))
    .sort((left, right) => compareNames(toNamed(left.row), toNamed(right.row)));
  return {
    widget: having[0]?.widget ?? null,
    companiesWithout: answers.length - having.length,
    points: having.flatMap(({ row, widget }) => widget.points.map((point) => ({ ...point, row }))),
    coverage,
    listId: toListId(
      question,
      having.map(({ row }) => row.companyId),
    ),
  };
}

/** As names and widget types are compared. */
export function toComparable(text: string): string {
  return text.toLowerCase();
}

/** Null where the licence of the company does not offer it. */
async function loadMetric(
  row: CompanyRow,
  { name, period }: MetricQuestion,
  loaders: Loaders,
): Promise<WidgetRow | null> {
  const id = findWidgetId(await loaders.executiveMetrics(row, null), name);
  if (id === null) return null;
  const widget = await loaders.widget(row, { group: period, id });
  if (widget !== null) return widget;
  throw new AppError('UPSTREAM_BAD_RESPONSE', 'Keepnet offers this widget but does not answer it.', {
    companyId: row.companyId,
  });
}

/**
 * The first by id: the others are the same figures in another chart. By what they measure before that, or companies that name two
 * measures alike would be compared by one here and by the other there.
 */
function findWidgetId(groups: readonly MetricGroupRow[], name: string): string | null {
  const wanted = toComparable(name);
  const [first] = groups
    .flatMap(({ widgets }) => widgets)
    .filter((widget) => [widget.name, widget.metric ?? ''].map(toComparable).includes(wanted))
    .sort((left, right) => {
      return compareTexts(left.metric ?? '', right.metric ?? '') || compareTexts(left.resourceId, right.resourceId);
    });
  return first?.resourceId ?? null;
}

function toNamed({ companyId, name }: CompanyRow) {
  return { companyId, companyName: name };
}

function toListId({ name, period }: MetricQuestion, companyIds: readonly string[]): string {
  const text = JSON.stringify([toComparable(name), period, companyIds]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
