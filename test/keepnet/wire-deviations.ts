/**
 * Where our declaration of Keepnet's wire differs from its published description, and why it should.
 * The description is right about names and requests, but not about how answers are wrapped, nor about enums and dates.
 * `wire.test.ts` goes red on a difference that is not here, and on an entry that no longer differs.
 */

export interface WireDeviation {
  readonly operations: readonly string[];
  /** The rest of the finding after the operation, as `wire-comparison.ts` words it. */
  readonly differs: string;
  readonly reason: string;
}

const COMPANY = ['GET /api/companies/{resourceId}'];
const PAGED_LEADERBOARD = [
  'POST /api/leaderboard/get-all',
  'POST /api/leaderboard/get-top-performers',
  'POST /api/leaderboard/get-user-timeline',
];
const WITH_PERIOD = [
  ...PAGED_LEADERBOARD,
  'POST /api/leaderboard/user-performance',
  'POST /api/executive-report/get-widget-datas',
];
const WITH_ENVELOPE = [
  ...COMPANY,
  ...WITH_PERIOD,
  'GET /api/companies/my',
  'GET /api/companies/{resourceId}/license-check',
  'GET /api/executive-report/metrics',
  'GET /api/executive-report/{resourceId}',
  'GET /api/leaderboard/form-details',
  'GET /api/target-users/count-summary',
  'POST /api/companies/search',
  'POST /api/executive-report/search',
  'POST /api/target-users/by-resource-ids',
  'POST /api/target-users/search',
];

const NOT_SHOWN = 'The graph has no field for it, so it is not declared either.';

export const WIRE_DEVIATIONS: readonly WireDeviation[] = [
  {
    operations: WITH_ENVELOPE,
    differs: 'response data: optional in the description, required here',
    reason: 'The envelope is recognised before it has this type: without the key it is not one.',
  },
  ...['access_token', 'expires_in', 'token_type', 'scope'].map((key) => ({
    operations: ['POST /connect/token'],
    differs: `response ${key}: optional in the description, required here`,
    reason: 'The description marks nothing of the token as required; without these it is not a token.',
  })),
  {
    operations: ['POST /connect/token'],
    differs: 'response permissions: not in the description',
    reason: 'Keepnet sends it and its quick start documents it.',
  },
  {
    operations: ['POST /api/companies/search', 'POST /api/companies/search/export'],
    differs: 'request filter.filterGroups: not in the description',
    reason: 'The described body is a minimal example; the groups bind here as in every other search.',
  },
  {
    operations: ['POST /api/companies/search'],
    differs: 'request isClustered: not in the description',
    reason: "Described only for the export; Keepnet's own pages send it to the search as well.",
  },
  ...[
    'baseManHour',
    'baseManHourCost',
    'callBackNumberBookingCount',
    'isReleaseNotesVisible',
    'isVersionVisible',
    'releaseNotesUrl',
  ]
    .concat(
      ['notificationTemplateType', 'smtpConfigurationType', 'trainingContentType'].flatMap((key) => [
        `${key}Name`,
        `${key}ResourceId`,
      ]),
    )
    .map((key) => ({ operations: COMPANY, differs: `response data.${key}: not declared here`, reason: NOT_SHOWN })),
  {
    operations: ['POST /api/target-users/search'],
    differs: 'request newVersion: not declared here',
    reason: 'Nobody knows what it does and no known client sends it.',
  },
  {
    operations: ['POST /api/target-users/search'],
    differs: 'request filter.filterGroups[].filterItems[].customFieldName: not declared here',
    reason: 'Custom fields are filtered by their own name as fieldName.',
  },
  {
    operations: ['POST /api/leaderboard/get-all', 'POST /api/leaderboard/get-all/export'],
    differs: 'request filter.filterGroups[].filterItems[].dataType: not declared here',
    reason: 'Only for filters on custom fields, which the leaderboard does not offer.',
  },
  {
    operations: [
      'POST /api/target-users/search',
      'POST /api/target-users/search/export',
      'POST /api/leaderboard/get-all',
      'POST /api/leaderboard/get-all/export',
    ],
    differs: 'request filter.filterGroups[].filterItems[].value: string in the description, boolean or string here',
    reason: 'IsDeleted takes a JSON boolean, whatever the description says.',
  },
  {
    operations: ['POST /api/target-users/search'],
    differs: 'response data.results[].isDeleted: not in the description',
    reason: 'Sent all the same, and the only dependable sign that a user is deleted.',
  },
  {
    operations: ['POST /api/target-users/search'],
    differs: 'response data.results[].customFieldValues[].dataType: string in the description, number or string here',
    reason: 'An enum: its texts are published nowhere and elsewhere Keepnet sends enums as numbers.',
  },
  {
    operations: ['GET /api/target-users/count-summary'],
    differs: 'response data: unknown in the description, object here',
    reason: "An untyped object in the description; the keys are those that Keepnet's own pages read.",
  },
  {
    operations: PAGED_LEADERBOARD,
    differs: 'response data: array in the description, array or object here',
    reason: 'Described as a plain list, but every known client reads a page: both are accepted.',
  },
  {
    operations: [
      ...WITH_PERIOD,
      'POST /api/leaderboard/get-all/export',
      'POST /api/leaderboard/get-user-timeline/export',
    ],
    differs: 'request datePeriod: string in the description, number here',
    reason: 'Enums are erased to text in the description; the integers are what is known to work.',
  },
  ...['activityType', 'phishingTypeId', 'tempalateType', 'templateTypes'].map((key) => ({
    operations: ['POST /api/target-users/search/export'],
    differs: `request ${key}: not declared here`,
    reason: "One request serves many of Keepnet's exports; these choose among tables of campaigns.",
  })),
  {
    operations: ['POST /api/leaderboard/get-top-performers'],
    differs: 'request filter: not declared here',
    reason: 'Top performers are asked for by period alone.',
  },
  {
    operations: ['POST /api/leaderboard/get-top-performers'],
    differs: 'request pagination: not declared here',
    reason: 'Top performers are not paged: Keepnet answers three.',
  },
  {
    operations: ['GET /api/executive-report/{resourceId}'],
    differs: 'response data.datePeriod: string in the description, number or string here',
    reason: 'A name in answers so far; requests use integers, so an integer would be no surprise.',
  },
];
