import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import { createDateReader } from '../../src/keepnet/dates.js';
import type { DecodeContext } from '../../src/keepnet/endpoint.js';
import { executiveMetrics, executiveReport, widgets } from '../../src/keepnet/endpoints/executive-reports.js';
import { toChart } from '../../src/keepnet/widgets.js';

const unreadable = new AppError('UPSTREAM_BAD_RESPONSE', 'unreadable');
const context: DecodeContext = {
  dates: createDateReader({ timeZone: 'UTC', dateFormat: 'DD/MM/YYYY' }),
  nowMs: 0,
  unreadableDate: () => unreadable,
};

const values = (...entries: [name: string | null, label: string | null, value: unknown][]) =>
  entries.map(([name, label, value]) => ({ name, label, value, annotations: null }));

/** `series/label=value`, or with the date in front. */
function pointsOf(widgetType: string, widgetDatas: unknown): string[] {
  const [widget] = widgets.decode([{ resourceId: 'w1', widgetType, widgetDatas }], context);
  return (widget?.points ?? []).map(({ date, series, label, value }) => {
    const day = typeof date === 'string' ? `${date.slice(0, 10)} ` : '';
    return `${day}${series}${label === null ? '' : `/${label}`}=${value}`;
  });
}

describe('points', () => {
  it.each<[string, unknown, string[]]>([
    ['TrainingCompletionWidget', null, []],
    ['TrainingCompletionWidget', [], []],
    [
      'TrainingCompletionWidget',
      [{ values: values(['Completed', 'Completed', 62], ['CompletedCount', 'Completed', 124]) }],
      ['Completed=62', 'CompletedCount=124'],
    ],
    [
      'PhishingRiskScoreAcrossIndustriesWidget',
      [
        {
          date: '01/02/2026',
          values: values(['Score', 'Company Phishing Risk Score', 40], ['Score', 'All Industry Avg', 51]),
        },
      ],
      ['2026-02-01 Company Phishing Risk Score=40', '2026-02-01 All Industry Avg=51'],
    ],
    [
      'TotalReportedSuspiciousEmailsAndPercentageWidget',
      [
        {
          dataObject: { ActionRange: 'Malicious', sourceBreakdown: {} },
          values: values([null, null, 25], [null, null, 3]),
        },
        { dataObject: { ActionRange: 'Simulation' }, values: values(['a', 'b', 75], ['a', 'b', 9]) },
      ],
      ['Percentage/Malicious=25', 'Count/Malicious=3', 'Percentage/Simulation=75', 'Count/Simulation=9'],
    ],
    [
      'HumanRiskScoreforHighestRiskUsersWidget',
      [
        {
          dataObject: { fullName: 'Ayşe Işık', email: 'a@x.test', department: 'IT' },
          values: values([null, null, 88]),
        },
      ],
      ['Score/Ayşe Işık=88'],
    ],
    [
      'HumanRiskScoreforHighestRiskDepartmentsWidget',
      [{ dataObject: { department: 'IT' }, values: values([null, null, 70], [null, null, 12]) }],
      ['Score/IT=70', 'Users/IT=12'],
    ],
    [
      'HumanRiskScoreforHighestRiskCompaniesWidget',
      [{ dataObject: { Company: 'Acme' }, values: values([null, null, 70], [null, null, 12]) }],
      ['Score/Acme=70', 'Users/Acme=12'],
    ],
    [
      'SecurityCultureScoreGaugeWidget',
      [
        {
          dataObject: { name: 'Survey' },
          values: values(['OverallScoreX100', 'Overall', 342], ['BenchmarkScoreX100', 'B', 300]),
        },
      ],
      ['OverallScore=3.42', 'BenchmarkScore=3'],
    ],
    [
      'ResponseTimesToPhishingActionsWidget',
      [{ dataObject: { ActionRange: 30 }, values: values(['Clicked', 'Clicked', 5], ['AverageClickTime', 'x', 61]) }],
      ['Clicked/30=5', 'AverageClickTime/30=61'],
    ],
    [
      'PhishingDwellTimeAndQuickestResponseTimeWidget',
      [
        {
          dataObject: { name: 'Parcel' },
          values: values(['AverageDwellTime', 'Avg', '12'], ['QuickestResponse', 'Q', null]),
        },
      ],
      ['AverageDwellTime/Parcel=12'],
    ],
    [
      'SomethingNewWidget',
      [{ values: values(['Score', 'Ours', 1], ['Score', 'Theirs', 2]) }, { values: values([null, null, 3]) }],
      ['Ours=1', 'Theirs=2', 'Value 1=3'],
    ],
    ['constructor', [{ values: values(['A', 'B', 1]) }], ['A=1']],
  ])('%s %#', (widgetType, widgetDatas, expected) => {
    expect(pointsOf(widgetType, widgetDatas)).toEqual(expected);
  });

  it('keeps a point whose date cannot be read, with the error in its place', () => {
    const [widget] = widgets.decode(
      [{ resourceId: 'w', widgetDatas: [{ date: '31/02/2026', values: values(['A', 'A', 1]) }] }],
      context,
    );
    expect(widget?.points).toEqual([{ date: unreadable, series: 'A', label: null, value: 1 }]);
  });
});

describe('a widget', () => {
  it('has a table where Keepnet defines one, and the raw objects where it sends any', () => {
    const [table, plain] = widgets.decode(
      [
        {
          resourceId: 'w1',
          name: 'T',
          chartType: 'Table',
          widgetDatas: [
            {
              dataObject: { a: 1 },
              tableDefinitions: [{ name: 'n', label: 'N' }, { name: 'm' }],
              tableValues: [{ n: 1 }],
            },
            { tableValues: [{ n: 2 }] },
          ],
        },
        { resourceId: 'w2', widgetDatas: [{ values: [] }] },
      ],
      context,
    );
    expect(table).toMatchObject({
      chart: 'TABLE',
      rawChart: 'Table',
      table: {
        columns: [
          { name: 'n', label: 'N' },
          { name: 'm', label: 'm' },
        ],
        rows: [{ n: 1 }, { n: 2 }],
      },
      raw: [{ a: 1 }],
    });
    expect(plain).toMatchObject({ table: null, raw: null, chart: 'UNKNOWN', rawChart: null });
  });

  it.each([
    ['stackedBar', 'STACKED_BAR'],
    ['Stacked Bar', 'STACKED_BAR'],
    ['Bar', 'BAR'],
    ['bar+line', 'BAR'],
    ['LINE', 'LINE'],
    ['doughnut', 'DOUGHNUT'],
    ['gauge', 'GAUGE'],
    ['area', 'AREA'],
    ['Pie', 'PIE'],
    ['radar', 'UNKNOWN'],
    ['', 'UNKNOWN'],
    [null, 'UNKNOWN'],
  ])('chart %p is %s', (text, chart) => {
    expect(toChart(text)).toBe(chart);
  });
});

describe('a report', () => {
  const report = {
    resourceId: 'r1',
    name: 'Q1',
    dateCreated: '14/02/2026 09:31',
    datePeriod: 'Last3Months',
    widgets: [{ resourceId: 'w1' }],
  };
  const decode = (change: object) => executiveReport.decode({ ...report, ...change }, context);

  it('parses the layout out of its text', () => {
    const widgetLayout = JSON.stringify([
      { resourceId: 'w1', key: 'K', title: 'T', chartType: 'Bar', x: 0, y: 1, w: 6, h: 4, i: 'x' },
    ]);
    expect(decode({ widgetLayout })).toMatchObject({
      createdAt: '2026-02-14T09:31:00.000Z',
      period: { preset: 'LAST_3_MONTHS', from: null, to: null, label: null },
      layout: [{ widgetResourceId: 'w1', metric: 'K', title: 'T', chart: 'BAR', x: 0, y: 1, width: 6, height: 4 }],
      widgets: [{ resourceId: 'w1', points: [] }],
    });
  });

  it.each(['{"half', '{}', '[7]', '[{"x":1}]', 'null'])(
    'puts an error in the place of the layout %s',
    (widgetLayout) => {
      expect(decode({ widgetLayout })?.layout).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
    },
  );

  it.each<[unknown, string | null]>([
    [1, 'LAST_3_MONTHS'],
    ['lastYear', 'LAST_YEAR'],
    ['4', 'THIS_YEAR'],
    ['Custom', null],
    [5, null],
  ])('period %p is %p', (datePeriod, preset) => {
    expect(decode({ datePeriod, dateRange: 'some days', widgetLayout: '' })).toMatchObject({
      layout: null,
      period: { preset, label: 'some days' },
    });
  });

  it('may not be there', () => {
    expect(executiveReport.decode(null, context)).toBeNull();
  });

  it('comes from a catalogue that may be empty', () => {
    expect(executiveMetrics.decode({ metrics: null }, context)).toEqual([]);
    expect(
      executiveMetrics.decode(
        {
          metrics: [
            { name: 'Phishing Metrics', widgets: [{ resourceId: 'w1', chartType: 'pie', isSupportManager: true }] },
          ],
        },
        context,
      ),
    ).toEqual([
      {
        name: 'Phishing Metrics',
        widgets: [
          {
            resourceId: 'w1',
            name: '',
            description: null,
            metric: null,
            chart: 'PIE',
            rawChart: 'pie',
            isManagerMetric: true,
          },
        ],
      },
    ]);
  });
});
