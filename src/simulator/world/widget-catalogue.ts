/**
 * The executive widgets of the simulation: Keepnet's `widgetType`s, some under several charts, in the groups of its catalogue.
 * A list of independent entries; `widget-series.ts` gives them values.
 */
import type { Company } from './companies.js';
import type { World } from './world.js';

export interface CatalogueEntry {
  readonly widgetType: string;
  readonly name: string;
  readonly chartType: string;
  readonly group: 'Phishing Metrics' | 'Manager Metrics' | 'Security Culture';
}

const PHISHING = 'Phishing Metrics';
const MANAGER = 'Manager Metrics';
const CULTURE = 'Security Culture';

export const WIDGET_CATALOGUE: readonly CatalogueEntry[] = [
  entry(PHISHING, 'PhishingRiskScoreAcrossIndustriesWidget', 'Phishing Risk Score Across Industries', 'Line'),
  entry(PHISHING, 'PhishingSimulationEngagementReportingTrendsWidget', 'Engagement and Reporting Trends', 'stackedBar'),
  entry(PHISHING, 'ImpactOfPhishingAwarenessTrainingWidget', 'Impact of Phishing Awareness Training', 'Bar'),
  entry(PHISHING, 'IndustryPhishingRiskScoreWidget', 'Industry Phishing Risk Score', 'Mixed'),
  entry(PHISHING, 'PhishingDwellTimeAndQuickestResponseTimeWidget', 'Dwell Time and Quickest Response', 'Line'),
  entry(PHISHING, 'PhishingDwellTimeDistributionWidget', 'Dwell Time Distribution', 'Bar'),
  entry(PHISHING, 'ResponseTimesToPhishingActionsWidget', 'Response Times to Phishing Actions', 'Bar'),
  entry(PHISHING, 'RepeatOffendersUsersThresholdWidget', 'Repeat Offenders', 'Bar'),
  entry(PHISHING, 'RepeatOffendersUsersThresholdWidget', 'Repeat Offenders', 'Pie'),
  entry(PHISHING, 'RepeatOffendersUsersRateWidget', 'Repeat Offender Rate', 'Bar'),
  entry(PHISHING, 'SimulationCoverageWidget', 'Simulation Coverage', 'Bar'),
  entry(PHISHING, 'SimulationCoverageWidget', 'Simulation Coverage', 'Pie'),
  entry(PHISHING, 'TrainingCompletionWidget', 'Training Completion', 'Bar'),
  entry(PHISHING, 'TrainingCompletionWidget', 'Training Completion', 'Doughnut'),
  entry(PHISHING, 'TotalReportedSuspiciousEmailsAndPercentageWidget', 'Reported Suspicious Emails', 'Pie'),
  entry(PHISHING, 'HumanRiskScoreforHighestRiskUsersWidget', 'Highest Risk Users', 'Bar'),
  entry(PHISHING, 'HumanRiskScoreforHighestRiskDepartmentsWidget', 'Highest Risk Departments', 'Bar'),
  entry(PHISHING, 'HumanRiskScoreforHighestRiskCompaniesWidget', 'Highest Risk Companies', 'Bar'),
  entry(PHISHING, 'HighestRiskUsersTableWidget', 'Highest Risk Users in a Table', 'Table'),
  entry(MANAGER, 'PhishingActivityWidget', 'Phishing Activity', 'Bar'),
  entry(MANAGER, 'TrainingEnrollmentActivityWidget', 'Training Enrollment Activity', 'Bar'),
  entry(CULTURE, 'SecurityCultureScoreGaugeWidget', 'Security Culture Score', 'Gauge'),
];

/** Ids are data: the same entry has another id at each company. */
export function toWidgetId(world: World, company: Company, place: number): string {
  return world.ids.toId('widget', company.index, place);
}

function entry(group: CatalogueEntry['group'], widgetType: string, name: string, chartType: string): CatalogueEntry {
  return { widgetType, name, chartType, group };
}
