/**
 * Turns a widget's data into tidy points: one row per date, series and bucket. Keepnet tells its series apart by name in some
 * widgets, by label in others and by place in a few; the table below says which, as Keepnet's own charts read them.
 */
import type { DecodeContext } from './endpoint.js';
import type { ChartType, Instant, WidgetPointRow, WidgetRow } from './rows.js';
import type { WireWidget, WireWidgetData, WireWidgetValue } from './wire.js';
import { parseRows, parseText, type Raw, toInstant, toNumber, toText } from './wire-values.js';

/** @throws ShapeError where there is no widget id, or a list is none. */
export function parseWidget(raw: Raw<WireWidget>, context: DecodeContext): WidgetRow {
  const metric = toText(raw.widgetType);
  const entries = parseRows<WireWidgetData, Raw<WireWidgetData>>(raw.widgetDatas, 'widgetDatas', (entry) => entry);
  const objects = entries.map((entry) => entry.dataObject).filter((object) => object !== null && object !== undefined);
  return {
    resourceId: parseText(raw.resourceId, 'resourceId'),
    name: toText(raw.name) ?? '',
    description: toText(raw.description),
    metric,
    chart: toChart(raw.chartType),
    rawChart: toText(raw.chartType),
    points: entries.flatMap((entry) => parsePoints(entry, metric, context)),
    table: parseTable(entries),
    raw: objects.length === 0 ? null : objects,
  };
}

/**
 * The labels of a widget that name people, each with what tells the person from others: the address, else the label itself. What is
 * not known to be something else counts as a person.
 */
export function findPeople({ metric, raw }: WidgetRow): ReadonlyMap<string, string> {
  const reading = READINGS.get(metric ?? '') ?? {};
  const people = new Map<string, string>();
  for (const dataObject of raw ?? []) {
    const about = findAbout(dataObject, reading);
    if (about === null || IMPERSONAL_KEYS.has(about.key)) continue;
    if (about.key === 'name' && NAMED_BY_CAMPAIGN.has(metric ?? '')) continue;
    people.set(about.text, toText((dataObject as Readonly<Record<string, unknown>>).email) ?? about.text);
  }
  return people;
}

/** Keepnet's casing varies; a mixture such as `bar+line` is drawn as its first known part. */
export function toChart(value: unknown): ChartType {
  const text =
    toText(value)
      ?.toLowerCase()
      .replace(/[^a-z]/g, '') ?? '';
  return CHARTS.find(([name]) => text.startsWith(name))?.[1] ?? 'UNKNOWN';
}

const CHARTS: readonly (readonly [string, ChartType])[] = [
  ['stackedbar', 'STACKED_BAR'],
  ['bar', 'BAR'],
  ['line', 'LINE'],
  ['area', 'AREA'],
  ['pie', 'PIE'],
  ['doughnut', 'DOUGHNUT'],
  ['gauge', 'GAUGE'],
  ['table', 'TABLE'],
];

interface Reading {
  /** `label`: only the label tells the series apart. A list: the series stand in this order and have no usable name. */
  readonly series?: 'label' | readonly string[];
  /** The key of `dataObject` that says what an entry is about; null where the widget has but one entry. */
  readonly about?: string | null;
}

/** Widgets that need more than "the series is the name, and the entry is about whatever its object names". */
const READINGS: ReadonlyMap<string, Reading> = new Map(
  Object.entries<Reading>({
    PhishingRiskScoreAcrossIndustriesWidget: { series: 'label' },
    PhishingSimulationEngagementReportingTrendsWidget: { series: 'label' },
    PhishingActivityWidget: { series: 'label' },
    TrainingEnrollmentActivityWidget: { series: 'label' },
    TrainingActivityWidget: { series: 'label' },
    TotalReportedSuspiciousEmailsAndPercentageWidget: { series: ['Percentage', 'Count'], about: 'ActionRange' },
    HumanRiskScoreforHighestRiskUsersWidget: { series: ['Score'] },
    HumanRiskScoreforHighestRiskDepartmentsWidget: { series: ['Score', 'Users'], about: 'department' },
    HumanRiskScoreforHighestRiskCompaniesWidget: { series: ['Score', 'Users'], about: 'Company' },
    SecurityCultureScoreGaugeWidget: { about: null },
  }),
);

/** In this order: a person also has a department, and a campaign also has a name. */
const ABOUT_KEYS = ['ActionRange', 'fullName', 'email', 'department', 'Company', 'company', 'name'];

const IMPERSONAL_KEYS: ReadonlySet<string> = new Set(['ActionRange', 'department', 'Company', 'company']);
const NAMED_BY_CAMPAIGN: ReadonlySet<string> = new Set([
  'IndustryPhishingRiskScoreWidget',
  'PhishingDwellTimeAndQuickestResponseTimeWidget',
]);

function parsePoints(entry: Raw<WireWidgetData>, metric: string | null, context: DecodeContext): WidgetPointRow[] {
  const reading = READINGS.get(metric ?? '') ?? {};
  const date = toInstant(entry.date, context);
  const label = findAbout(entry.dataObject, reading)?.text ?? null;
  const values = parseRows<WireWidgetValue, Raw<WireWidgetValue>>(entry.values, 'values', (value) => value);
  const isByLabel = reading.series === 'label' || !hasOwnNames(values);
  return values.flatMap((value, place) => {
    const positional = Array.isArray(reading.series) ? reading.series[place] : undefined;
    const [first, second] = isByLabel ? [value.label, value.name] : [value.name, value.label];
    const series = positional ?? toText(first) ?? toText(second) ?? `Value ${place + 1}`;
    return toPoint(date, series, label, toNumber(value.value));
  });
}

/** Keepnet's values are whole numbers, so that it sends small scores a hundredfold and says so in their name. */
function toPoint(date: Instant, series: string, label: string | null, value: number | null): WidgetPointRow[] {
  if (value === null) return [];
  if (!series.endsWith('X100')) return [{ date, series, label, value }];
  return [{ date, series: series.slice(0, -'X100'.length), label, value: value / 100 }];
}

/** Whether the names alone tell the values of one entry apart. */
function hasOwnNames(values: readonly Raw<WireWidgetValue>[]): boolean {
  const names = new Set(values.map((value) => toText(value.name)));
  return names.size === values.length && !names.has(null);
}

interface About {
  readonly key: string;
  readonly text: string;
}

/** What an entry is about, and by which key its object says so. */
function findAbout(dataObject: unknown, { about }: Reading): About | null {
  if (about === null || typeof dataObject !== 'object' || dataObject === null) return null;
  const fields = dataObject as Readonly<Record<string, unknown>>;
  for (const key of about === undefined ? ABOUT_KEYS : [about]) {
    const text = toText(fields[key]);
    if (text !== null) return { key, text };
  }
  return null;
}

function parseTable(entries: readonly Raw<WireWidgetData>[]): WidgetRow['table'] {
  const defined = entries.find((entry) => Array.isArray(entry.tableDefinitions) && entry.tableDefinitions.length > 0);
  if (defined === undefined) return null;
  return {
    columns: parseRows<{ name: unknown; label: unknown }, { name: string; label: string }>(
      defined.tableDefinitions,
      'tableDefinitions',
      (column) => {
        const name = parseText(column.name, 'name');
        return { name, label: toText(column.label) ?? name };
      },
    ),
    rows: entries.flatMap((entry) => parseRows<Row, Row>(entry.tableValues, 'tableValues', (row) => row)),
  };
}

type Row = Record<string, unknown>;
