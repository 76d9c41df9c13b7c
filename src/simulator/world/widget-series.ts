/**
 * The values of each widget type, in the shapes that Keepnet's screens read: by date, by bucket, by person, by position.
 * Counts come from the company's own events, so they agree with the leaderboard; averages of an industry are invented.
 * A list of independent entries. Where there was no activity the answer is empty, and that is how Keepnet says so.
 */
import type { WireWidgetData } from '../../keepnet/wire.js';
import { INDUSTRIES } from './names.js';
import { mix } from './random.js';
import { toTally } from './tally.js';
import { byMonth, data, percent, riskiest, type SeriesRequest, type Source, value } from './widget-values.js';

export function toWidgetDatas(request: SeriesRequest, widgetType: string): WireWidgetData[] {
  const tally = toTally(request.world, request.company, request.span);
  if (tally.months.length === 0) return [];
  return SERIES[widgetType]?.({ ...request, tally }) ?? [];
}

const SERIES: Readonly<Record<string, (source: Source) => WireWidgetData[]>> = {
  PhishingRiskScoreAcrossIndustriesWidget: (source) =>
    byMonth(source, (counts) => [
      value('', 'Company Phishing Risk Score', percent(counts.failed, counts.delivered)),
      value('', `Industry Avg (${INDUSTRIES[source.company.industry]})`, 24),
      value('', 'All Industry Avg', 29),
    ]),
  PhishingSimulationEngagementReportingTrendsWidget: (source) =>
    byMonth(source, (counts) => {
      const reported = percent(counts.reported, counts.delivered);
      const both = Math.round(reported / 5);
      return [
        value('', 'Users Who Did Not Click And Reported (%)', reported - both),
        value('', 'Users Who Clicked And Reported (%)', both),
        value('', 'Users Who Did Not Reported (%)', 100 - reported),
      ];
    }),
  ImpactOfPhishingAwarenessTrainingWidget: (source) =>
    byMonth(source, (counts) => [
      {
        ...value('Percentage', 'Company', percent(counts.completed, counts.enrolled)),
        annotations: { definition: 'Share of trained users who stayed safe' },
      },
      value('IndustryAverage', 'Industry Average', 41),
    ]),
  IndustryPhishingRiskScoreWidget: (source) =>
    source.tally.campaigns.map(({ campaign, counts }) => {
      const riskScore = percent(counts.failed, counts.delivered);
      const dataObject = {
        name: campaign.name,
        phishingType: campaign.product.title,
        startDate: source.date(campaign.startMs),
        riskScore,
        totalDeliveredCount: counts.delivered,
        totalClickedCount: counts.clicked,
        totalSubmittedCount: counts.submitted,
        totalReportedCount: counts.reported,
        totalMetrics: counts.failed,
      };
      return data(
        [
          value('RiskScore', 'Risk Score', riskScore),
          value('TotalMetrics', 'Total', counts.failed),
          value('TotalReportedCount', 'Reported', counts.reported),
          value('IndustryAverage', 'Industry Average', 24),
        ],
        { dataObject },
      );
    }),
  PhishingDwellTimeAndQuickestResponseTimeWidget: (source) =>
    source.tally.campaigns.map(({ campaign }) =>
      data(
        [
          value('AverageDwellTime', 'Dwell Time', 20 + (mix(source.world.seed, campaign.index, 40) % 200)),
          value('QuickestResponse', 'Quickest Response', 1 + (mix(source.world.seed, campaign.index, 41) % 15)),
        ],
        { dataObject: { name: campaign.name } },
      ),
    ),
  PhishingDwellTimeDistributionWidget: (source) =>
    ['0-5', '5-10', '10-30', '30-60', '60-120'].map((ActionRange, place) =>
      data(
        [
          value('Percentage', 'Percentage', [35, 25, 20, 12, 8][place] ?? 0),
          value('AverageDwellTime', 'Average', 12 + (source.company.index % 20)),
        ],
        { dataObject: { ActionRange } },
      ),
    ),
  ResponseTimesToPhishingActionsWidget: ({ tally }) =>
    [60, 300, 900, 3_600].map((ActionRange, place) => {
      const share = [0.4, 0.3, 0.2, 0.1][place] ?? 0;
      const averages = [
        value('AverageClickTime', 'Average Click Time', 340),
        value('industryAverageClickTime', 'Industry Average Click Time', 410),
        value('AverageDataSubmitTime', 'Average Submit Time', 520),
        value('industryAverageDataSubmitTime', 'Industry Average Submit Time', 580),
      ];
      const own = [
        value('Clicked', 'Clicked', tally.total.clicked * share),
        value('SubmittedData', 'Submitted Data', tally.total.submitted * share),
      ];
      return data(place === 0 ? [...own, ...averages] : own, { dataObject: { ActionRange } });
    }),
  RepeatOffendersUsersThresholdWidget: ({ tally }) => {
    const rate = percent(tally.repeatOffenders, tally.simulatedUsers);
    return [
      data([
        value('CountRepeatOffender', 'Repeat Offenders', tally.repeatOffenders),
        value('CountSimulated', 'Simulated', tally.simulatedUsers),
        value('RepeatOffenderPercentage', 'Repeat Offenders', rate),
        value('PercentageSimulated', 'Simulated', 100 - rate),
      ]),
    ];
  },
  RepeatOffendersUsersRateWidget: ({ tally }) => [
    data([
      value('RepeatOffenderPercentage', 'Repeat Offenders', percent(tally.repeatOffenders, tally.simulatedUsers)),
      value('PLA', 'Threshold', 5),
    ]),
  ],
  SimulationCoverageWidget: ({ tally }) => {
    const covered = percent(tally.simulatedUsers, tally.activeUsers);
    return [
      data([
        value('CountSimulated', 'Simulated', tally.simulatedUsers),
        value('CountNonSimulated', 'Not Simulated', tally.activeUsers - tally.simulatedUsers),
        value('SimulatedPercentage', 'Simulated', covered),
        value('NonSimulatedPercentage', 'Not Simulated', 100 - covered),
      ]),
    ];
  },
  TrainingCompletionWidget: ({ tally }) => {
    const { enrolled, completed, unfinished } = tally.total;
    const inProgress = Math.max(0, enrolled - completed - unfinished);
    const [done, open] = [percent(completed, enrolled), percent(inProgress, enrolled)];
    return [
      data([
        value('Completed', 'Completed', done),
        value('InProgress', 'In Progress', open),
        value('Incomplete', 'Incomplete', enrolled === 0 ? 0 : Math.max(0, 100 - done - open)),
        value('CompletedCount', 'Completed', completed),
        value('InProgressCount', 'In Progress', inProgress),
        value('IncompleteCount', 'Incomplete', unfinished),
      ]),
    ];
  },
  TotalReportedSuspiciousEmailsAndPercentageWidget: ({ tally }) => {
    const reported = tally.total.reported;
    const counts = [Math.round(reported * 0.1), Math.round(reported * 0.15), Math.round(reported * 0.2)];
    counts.push(reported - counts.reduce((sum, each) => sum + each, 0));
    return ['Undetected', 'Malicious', 'Phishing', 'Simulation'].map((ActionRange, place) => {
      const own = counts[place] ?? 0;
      const sourceBreakdown = {
        incidentResponderCount: ActionRange === 'Simulation' ? 0 : own,
        campaignCount: ActionRange === 'Simulation' ? own : 0,
        campaigns: tally.campaigns.slice(0, 2).map(({ campaign, counts: each }) => ({
          campaignName: campaign.name,
          count: each.reported,
        })),
        sourceSummary: 'Reported by users',
      };
      // Positional: the share, then the count. The names say nothing.
      return data([value('', '', percent(own, reported)), value('', '', own)], {
        dataObject: { ActionRange, sourceBreakdown },
      });
    });
  },
  HumanRiskScoreforHighestRiskUsersWidget: (source) =>
    riskiest(source, 5).map(({ user, score }) => {
      const fullName = `${user.firstName} ${user.lastName}`;
      return data([value('', '', score)], { dataObject: { fullName, email: user.email, department: user.department } });
    }),
  HumanRiskScoreforHighestRiskDepartmentsWidget: (source) => {
    const scores = new Map<string, number[]>();
    for (const { user, score } of riskiest(source, 40)) {
      scores.set(user.department, [...(scores.get(user.department) ?? []), score]);
    }
    return [...scores].map(([department, own]) => {
      const average = own.reduce((sum, score) => sum + score, 0) / own.length;
      return data([value('', '', average), value('', '', own.length)], { dataObject: { department } });
    });
  },
  HumanRiskScoreforHighestRiskCompaniesWidget: ({ company, tally }) => [
    data([value('', '', percent(tally.total.failed, tally.total.delivered)), value('', '', tally.activeUsers)], {
      dataObject: { Company: company.name },
    }),
  ],
  HighestRiskUsersTableWidget: (source) => [
    {
      ...data([]),
      tableDefinitions: [
        { name: 'fullName', label: 'Name' },
        { name: 'email', label: 'Email' },
        { name: 'score', label: 'Risk Score' },
      ],
      tableValues: riskiest(source, 10).map(({ user, score }) => ({
        fullName: `${user.firstName} ${user.lastName}`,
        email: user.email,
        score,
      })),
    },
  ],
  PhishingActivityWidget: (source) =>
    byMonth(source, (counts) => [
      value('', 'Delivered', counts.delivered),
      value('', source.company.index % 2 === 0 ? 'Risky Actions' : 'RiskyActions', counts.failed),
      value('', 'Reported', counts.reported),
    ]),
  TrainingEnrollmentActivityWidget: (source) =>
    byMonth(source, (counts) => [
      value('', source.company.index % 2 === 0 ? 'Total' : 'Enrollment', counts.enrolled),
      value('', 'Incomplete', counts.unfinished),
    ]),
  SecurityCultureScoreGaugeWidget: ({ world, company, tally }) => {
    const overallScore = (250 + (mix(world.seed, company.index, 42) % 200)) / 100;
    const benchmarkScore = 3.4;
    const dataObject = {
      overallScore,
      benchmarkScore,
      benchmarkLabel: 'Global',
      benchmarkDifference: Math.round((overallScore - benchmarkScore) * 100) / 100,
      benchmarkComparisonSentence: 'Compared with all organisations',
      bands: [
        { from: 0, to: 2.5, label: 'Low', description: '' },
        { from: 2.5, to: 4, label: 'Medium', description: '' },
        { from: 4, to: 5, label: 'High', description: '' },
      ],
      enrollmentCount: 1,
      participantCount: tally.simulatedUsers,
      name: 'Security Culture',
      description: '',
      enrollments: [
        {
          enrollmentId: `00000000-0000-4000-8000-${String(company.index).padStart(12, '0')}`,
          enrollmentName: 'Survey 1',
          participantCount: tally.simulatedUsers,
          overallScore,
        },
      ],
    };
    const scaled = [
      value('OverallScoreX100', 'Overall', overallScore * 100),
      value('BenchmarkScoreX100', 'Benchmark', benchmarkScore * 100),
    ];
    return [data(scaled, { dataObject })];
  },
};
