/**
 * Keepnet's executive report endpoints: the saved reports, one report with its widgets, the catalogue of widgets, and the
 * data of chosen widgets. What the widgets' numbers mean is left to `widgets.ts`.
 */
import { AppError } from '../../errors.js';
import type { DecodeContext, ScopedEndpoint } from '../endpoint.js';
import { toPreset, toWirePeriod } from '../period.js';
import type { MetricGroupRow, Period, ReportDetailsRow, ReportRow, WidgetLayoutRow, WidgetRow } from '../rows.js';
import { parseWidget, toChart } from '../widgets.js';
import type {
  WireMetrics,
  WireMetricWidget,
  WireReport,
  WireReportRow,
  WireWidget,
  WireWidgetDataRequest,
} from '../wire.js';
import {
  parseKnown,
  parseObject,
  parseRows,
  parseText,
  type Raw,
  requireList,
  toFlag,
  toInstant,
  toNumber,
  toText,
} from '../wire-values.js';

/** The input is a part of the name; empty means all. */
export const executiveReports: ScopedEndpoint<string, readonly ReportRow[]> = {
  scoped: true,
  method: 'POST',
  path: 'executive-report/search',
  repeatable: true,
  toRequest: (name) => ({ body: { name } }),
  decode: (data) =>
    parseRows<WireReportRow, ReportRow>(requireList(data, 'data'), 'data', (raw) => ({
      resourceId: parseText(raw.resourceId, 'resourceId'),
      name: toText(raw.name) ?? '',
      description: toText(raw.description),
      isEditable: toFlag(raw.isEditable),
      isDeletable: toFlag(raw.isDeletable),
    })),
};

/** The input is the report's id. Null where Keepnet has no such report, which it tells with a 404 or with empty data. */
export const executiveReport: ScopedEndpoint<string, ReportDetailsRow | null> = {
  scoped: true,
  method: 'GET',
  path: 'executive-report/{resourceId}',
  repeatable: true,
  absentIsNull: true,
  toRequest: (resourceId) => ({ pathValues: { resourceId } }),
  decode: (data, context) => (data === null ? null : parseReport(parseObject<WireReport>(data, 'data'), context)),
};

export const executiveMetrics: ScopedEndpoint<void, readonly MetricGroupRow[]> = {
  scoped: true,
  method: 'GET',
  path: 'executive-report/metrics',
  repeatable: true,
  isCatalogue: true,
  toRequest: () => ({}),
  decode(data) {
    const { metrics } = parseKnown<WireMetrics>(data, 'data', ['metrics']);
    return parseRows<{ name: unknown; widgets: unknown }, MetricGroupRow>(metrics, 'metrics', (raw) => ({
      name: toText(raw.name) ?? '',
      widgets: parseRows<WireMetricWidget, MetricGroupRow['widgets'][number]>(raw.widgets, 'widgets', parseMetric),
    }));
  },
};

/** Keepnet's own screen asks for one id at a time; the answer is matched by id, so its order and gaps do not matter. */
export const widgets: ScopedEndpoint<
  { readonly widgetIds: readonly string[]; readonly period: Period },
  readonly WidgetRow[]
> = {
  scoped: true,
  method: 'POST',
  path: 'executive-report/get-widget-datas',
  repeatable: true,
  toRequest({ widgetIds, period }) {
    const body: WireWidgetDataRequest = { widgetIds: [...widgetIds], ...toWirePeriod(period) };
    return { body };
  },
  decode: (data, context) =>
    parseRows<WireWidget, WidgetRow>(requireList(data, 'data'), 'data', (raw) => parseWidget(raw, context)),
};

function parseReport(raw: Raw<WireReport>, context: DecodeContext): ReportDetailsRow {
  return {
    resourceId: parseText(raw.resourceId, 'resourceId'),
    name: toText(raw.name) ?? '',
    description: toText(raw.description),
    createdAt: toInstant(raw.dateCreated, context),
    period: toReportPeriod(raw, context),
    layout: toLayout(raw.widgetLayout),
    widgets: parseRows<WireWidget, WidgetRow>(raw.widgets, 'widgets', (widget) => parseWidget(widget, context)),
  };
}

function toReportPeriod(raw: Raw<WireReport>, context: DecodeContext): ReportDetailsRow['period'] {
  const preset = toPreset(raw.datePeriod);
  const from = toInstant(raw.startDate, context);
  const to = toInstant(raw.endDate, context);
  const label = toText(raw.dateRange);
  return preset === null && from === null && to === null && label === null ? null : { preset, from, to, label };
}

function parseMetric(raw: Raw<WireMetricWidget>): MetricGroupRow['widgets'][number] {
  return {
    resourceId: parseText(raw.resourceId, 'resourceId'),
    name: toText(raw.name) ?? '',
    description: toText(raw.description),
    metric: toText(raw.widgetType),
    chart: toChart(raw.chartType),
    rawChart: toText(raw.chartType),
    isManagerMetric: toFlag(raw.isSupportManager),
  };
}

/** The layout's own JSON may be broken while the report is sound, so its failure stands in its place. */
function toLayout(value: unknown): ReportDetailsRow['layout'] {
  const text = toText(value);
  if (text === null) return null;
  try {
    return parseRows<WireLayoutItem, WidgetLayoutRow>(
      requireList(JSON.parse(text), 'widgetLayout'),
      'widgetLayout',
      parseLayoutItem,
    );
  } catch (cause) {
    return new AppError('UPSTREAM_BAD_RESPONSE', "The report's layout as Keepnet sends it cannot be read.", { cause });
  }
}

interface WireLayoutItem {
  resourceId: unknown;
  /** The widget type. */
  key: unknown;
  title: unknown;
  name: unknown;
  chartType: unknown;
  x: unknown;
  y: unknown;
  w: unknown;
  h: unknown;
}

function parseLayoutItem(raw: Raw<WireLayoutItem>): WidgetLayoutRow {
  return {
    widgetResourceId: parseText(raw.resourceId, 'resourceId'),
    metric: toText(raw.key),
    title: toText(raw.title) ?? toText(raw.name),
    chart: toChart(raw.chartType),
    x: toNumber(raw.x) ?? 0,
    y: toNumber(raw.y) ?? 0,
    width: toNumber(raw.w) ?? 0,
    height: toNumber(raw.h) ?? 0,
  };
}
