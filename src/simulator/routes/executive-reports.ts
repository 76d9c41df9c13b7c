/** `executive-report/*`: the list, one report with its widgets, the catalogue of widgets, and widget data by id. */
import type { WireMetrics, WireReport, WireReportRow, WireWidget } from '../../keepnet/wire.js';
import { type Answer, Refusal, refuseInput, toFailure, toSuccess } from '../answer.js';
import type { Call } from '../call.js';
import { readPeriod, toPresetSpan } from '../dates.js';
import type { TimeSpan } from '../world/activity.js';
import { type Company, DAY_MS } from '../world/companies.js';
import { fraction, mix } from '../world/random.js';
import { toWidgetId, WIDGET_CATALOGUE } from '../world/widget-catalogue.js';
import { toWidgetDatas } from '../world/widget-series.js';
import type { World } from '../world/world.js';

/** `name` is matched in part, an empty one finds all. */
export function searchExecutiveReports(call: Call): Answer {
  const name = call.body.name;
  if (typeof name !== 'string') return refuseInput('Name is required');
  const reports = call.companies.flatMap((company) => toReports(call.world, company));
  const found = reports.filter((report) => report.name.toLowerCase().includes(name.toLowerCase()));
  return toSuccess(found.map(toReportRow));
}

export function getExecutiveReport(call: Call): Answer {
  const reports = call.companies.flatMap((company) => toReports(call.world, company));
  const report = reports.find((each) => each.resourceId === call.id);
  if (report === undefined) throw new Refusal(toFailure(404, 'NOT_FOUND', 'Report not found'));
  return toSuccess(toReport(call, report));
}

/** 201 on a GET, as published. */
export function getMetrics(call: Call): Answer {
  const metrics: WireMetrics = {
    metrics: GROUPS.map((group) => ({
      name: group,
      widgets: call.companies.flatMap((company) =>
        WIDGET_CATALOGUE.flatMap((entry, place) =>
          entry.group === group ? [toMetric(call.world, company, place)] : [],
        ),
      ),
    })),
  };
  return toSuccess(metrics, 201);
}

/** Unknown widgets, and those of other companies, are left out. */
export function getWidgetDatas(call: Call): Answer {
  const ids = call.body.widgetids;
  if (!Array.isArray(ids) || ids.length === 0) return refuseInput('WidgetIds is required');
  const span = readPeriod(call.body, call.world.nowMs, call.style);
  const widgets = ids.flatMap((id) => {
    const parsed = call.world.ids.readId(String(id));
    const company = call.companies.find((each) => each.index === parsed?.owner);
    return parsed?.kind === 'widget' && company !== undefined
      ? (toWidget(call, company, parsed.index, span) ?? [])
      : [];
  });
  return toSuccess(call.settings.byIdsOrder === 'reversed' ? widgets.reverse() : widgets);
}

const GROUPS = ['Phishing Metrics', 'Manager Metrics', 'Security Culture'] as const;
const REPORT_NAMES = ['Yönetici Özeti', 'Quarterly Phishing Review', 'Board "Q" Report', 'Takım Raporu – İK'];
const REPORT_PERIODS = ['Last3Months', 'LastMonth', 'LastYear', 'Last6Months'] as const;
const MAX_REPORTS = 4;

interface Report {
  readonly company: Company;
  readonly place: number;
  readonly resourceId: string;
  readonly name: string;
  readonly isManager: boolean;
  /** Places in the catalogue. */
  readonly widgets: readonly number[];
}

/** One to four; only the last possible one holds a manager metric, and then no other. */
function toReports(world: World, company: Company): Report[] {
  const count = 1 + (mix(world.seed, company.index, 50) % MAX_REPORTS);
  return Array.from({ length: count }, (_, place) => {
    const isManager = place === MAX_REPORTS - 1;
    const eligible = WIDGET_CATALOGUE.flatMap((entry, index) =>
      (entry.group === 'Manager Metrics') === isManager ? [index] : [],
    );
    const chosen = eligible.filter((index) => isManager || fraction(world.seed, company.index, place, index) < 0.4);
    return {
      company,
      place,
      resourceId: world.ids.toId('report', company.index, place),
      name: REPORT_NAMES[place] ?? '',
      isManager,
      widgets: isManager ? chosen.slice(0, 1) : chosen,
    };
  });
}

function toReportRow(report: Report): WireReportRow {
  return {
    resourceId: report.resourceId,
    companyId: report.company.numericId,
    name: report.name,
    isEditable: report.place > 0,
    isDeletable: report.place > 0,
    description: report.place === 0 ? '' : `${report.name} – ${report.company.name}`,
    isSupportManager: report.isManager,
  };
}

function toReport(call: Call, report: Report): WireReport {
  const { world } = call;
  const period = REPORT_PERIODS[report.place] ?? 'LastMonth';
  const span = toPresetSpan(period, world.nowMs);
  return {
    resourceId: report.resourceId,
    companyId: report.company.numericId,
    name: report.name,
    companyName: report.company.name,
    description: toReportRow(report).description ?? null,
    dateCreated: call.date(report.company.createdMs + (report.place + 1) * DAY_MS, true),
    widgetLayout: JSON.stringify(report.widgets.map((place, position) => toLayout(world, report, place, position))),
    widgets: report.widgets.flatMap((place) => toWidget(call, report.company, place, span) ?? []),
    datePeriod: period,
    dateRange: `${call.date(span.fromMs)} - ${call.date(span.toMs)}`,
    startDate: call.date(span.fromMs),
    endDate: call.date(span.toMs),
    isSupportManager: report.isManager,
  };
}

function toLayout(world: World, report: Report, place: number, position: number) {
  const entry = WIDGET_CATALOGUE[place];
  return {
    resourceId: toWidgetId(world, report.company, place),
    key: entry?.widgetType,
    title: entry?.name,
    name: entry?.name,
    parentKey: entry?.group,
    chartType: entry?.chartType,
    x: (position % 2) * 6,
    y: Math.floor(position / 2) * 4,
    w: 6,
    h: 4,
    i: String(position),
  };
}

function toWidget(call: Call, company: Company, place: number, span: TimeSpan): WireWidget | null {
  const entry = WIDGET_CATALOGUE[place];
  if (entry === undefined) return null;
  const date = (timeMs: number) => call.date(timeMs);
  return {
    resourceId: toWidgetId(call.world, company, place),
    name: entry.name,
    description: `${entry.name} of ${company.name}`,
    chartType: entry.chartType,
    widgetType: entry.widgetType,
    widgetDatas: toWidgetDatas({ world: call.world, company, span, date }, entry.widgetType),
  };
}

function toMetric(world: World, company: Company, place: number) {
  const entry = WIDGET_CATALOGUE[place];
  return {
    resourceId: toWidgetId(world, company, place),
    name: entry?.name ?? null,
    description: '',
    widgetType: entry?.widgetType ?? null,
    chartType: entry?.chartType ?? null,
    imageUrl: null,
    isSupportManager: entry?.group === 'Manager Metrics',
  };
}
