/**
 * What nobody outside Keepnet knows, and what this simulator does instead. The one list of such choices; where a setting
 * changes one, it is named. `GET /_simulator/choices` shows it.
 */
import type { SimulatorSettings } from './settings.js';

export interface Choice {
  readonly question: string;
  readonly choice: string;
  /** The setting that changes it; null where none does. */
  readonly setting: keyof SimulatorSettings | null;
}

export const CHOICES: readonly Choice[] = [
  choice('Body of a 401', 'Empty, with WWW-Authenticate: Bearer.'),
  choice('Answer for a company that is not managed', '403 with status FORBIDDEN.', 'unmanagedStatus'),
  choice('Status text of 403 and 404', 'FORBIDDEN and NOT_FOUND.'),
  choice('Scoped call without a company header', 'All companies of the credential, mixed; closed ones left out.'),
  choice('Two company headers that differ', 'X-KEEPNET-Company-Id wins.'),
  choice("The reseller's own company in the header", 'Not managed.'),
  choice('Largest page', '1,000 rows; more is 400.'),
  choice('Page past the end', '200 with empty results.'),
  choice('Unknown filter field or operator', '400 INPUT_ERROR. Equals and Equal are unknown.'),
  choice('SearchInputTextValue', 'Required to be text; filters nothing.'),
  choice('Missing `ascending`', 'Descending.'),
  choice('Upper and lower case in text filters', 'Ignored, without regard to language.'),
  choice('A date without time as a filter bound or period bound', 'Its midnight; with = the whole day.'),
  choice('Custom period without dates', '400 INPUT_ERROR.'),
  choice('Missing `datePeriod`', 'LastMonth.'),
  choice('Presets of `datePeriod`', 'Counted back from now in calendar months; ThisYear from January 1st.'),
  choice('Time zone of dates', 'UTC.'),
  choice('Format of dates', 'DD/MM/YYYY HH:mm of the platform.', 'dateFormat'),
  choice('Clock of dates', '24 hours.', 'timeFormat'),
  choice('Whose date format wins', 'The platform; company lists always have it.', 'dateSource'),
  choice('Wrapping of leaderboard, top performers and timeline', 'A page with results.', 'leaderboardShape'),
  choice('search-with-timeline', 'As published: users, totalUserCount, currentPage, pageSize.'),
  choice('Who is on the leaderboard', 'Active users, those without any event with 0 points.'),
  choice('Equal points', 'Ranks are unique; who was created first is ahead.'),
  choice('Top performers without points', 'Left out; the list may be shorter than three.'),
  choice('Text of an inactive user', 'Inactive. A deleted user keeps it, and isDeleted is true.'),
  choice('Counts of monthlyActiveUsers', 'Users added in the month, as the filter MonthlyActiveUser finds them.'),
  choice('Order of by-resource-ids and get-widget-datas', 'Reversed.', 'byIdsOrder'),
  choice('Largest by-resource-ids', '1,000 ids; more is 400.'),
  choice('Unknown target user', 'Left out by id; an empty timeline; no performance rows.'),
  choice('Unknown widget id', 'Left out.'),
  choice('Unknown executive report', '404.'),
  choice('numberOfUsers of an unlimited licence', 'null.'),
  choice('newVersion', 'Ignored.'),
  choice('Paging of a clustered list', 'Top rows only; their children come along whole.'),
  choice('limitExceededCompanyCount', 'Over all managed companies, whatever the filter.'),
  choice('Spelling of exportType', 'CSV, Excel, PDF exactly; others are 400.'),
  choice('Export of nothing', '500 in PascalCase.'),
  choice(
    'Type and name of export files',
    "text/csv, the workbook type, application/pdf; attachment with the screens' names.",
  ),
  choice('Rate limit', 'None.', 'rateLimit'),
  choice('Calls at once', 'No limit.', 'maxInFlight'),
  choice('Life of a token', '3,600 seconds.', 'tokenLifetimeSeconds'),
  choice('Bodies of application/json-patch+json', '400 INPUT_ERROR everywhere.', 'strictPatchJson'),
  choice('permissions of a token', 'Sent.', 'omitPermissions'),
];

function choice(question: string, text: string, setting: Choice['setting'] = null): Choice {
  return { question, choice: text, setting };
}
