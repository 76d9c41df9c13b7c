/**
 * Every API path that the simulator knows: method, path, how far it is bound to a company, and who answers. `{resourceId}`
 * stands for one path segment.
 */
import type { Answer } from '../answer.js';
import type { Call, CallSource } from '../call.js';
import { checkLicense, exportCompanies, getCompany, listMyCompanies, searchCompanies } from './companies.js';
import { getExecutiveReport, getMetrics, getWidgetDatas, searchExecutiveReports } from './executive-reports.js';
import {
  exportLeaderboard,
  getFormDetails,
  getLeaderboard,
  getTopPerformers,
  getUserPerformance,
  searchWithTimeline,
} from './leaderboard.js';
import { countTargetUsers, exportTargetUsers, findTargetUsersByIds, searchTargetUsers } from './target-users.js';
import { exportUserTimeline, getUserTimeline } from './timeline.js';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** With its leading slash. */
  readonly path: string;
  readonly scope: CallSource['scope'];
  readonly run: (call: Call) => Answer | Promise<Answer>;
}

export interface RouteMatch {
  readonly route: Route;
  /** The `{resourceId}` of the path, decoded; empty where the route has none. */
  readonly id: string;
}

export const ROUTES: readonly Route[] = [
  post('/api/companies/search', 'none', searchCompanies),
  post('/api/companies/search/export', 'none', exportCompanies),
  get('/api/companies/my', 'none', listMyCompanies),
  get('/api/companies/{resourceId}', 'path', getCompany),
  get('/api/companies/{resourceId}/license-check', 'path', checkLicense),
  post('/api/target-users/search', 'header', searchTargetUsers),
  post('/api/target-users/search/export', 'header', exportTargetUsers),
  get('/api/target-users/count-summary', 'header', countTargetUsers),
  post('/api/target-users/by-resource-ids', 'header', findTargetUsersByIds),
  get('/api/leaderboard/form-details', 'header', getFormDetails),
  post('/api/leaderboard/get-all', 'header', getLeaderboard),
  post('/api/leaderboard/get-all/export', 'header', exportLeaderboard),
  post('/api/leaderboard/get-top-performers', 'header', getTopPerformers),
  post('/api/leaderboard/get-user-timeline', 'header', getUserTimeline),
  post('/api/leaderboard/get-user-timeline/export', 'header', exportUserTimeline),
  post('/api/leaderboard/user-performance', 'header', getUserPerformance),
  post('/api/leaderboard/search-with-timeline', 'header', searchWithTimeline),
  post('/api/executive-report/search', 'header', searchExecutiveReports),
  get('/api/executive-report/metrics', 'header', getMetrics),
  post('/api/executive-report/get-widget-datas', 'header', getWidgetDatas),
  get('/api/executive-report/{resourceId}', 'header', getExecutiveReport),
];

/** `companies/search|POST` and so on, as tokens list them. */
export const ALL_PERMISSIONS: readonly string[] = ROUTES.map(
  (route) => `${route.path.slice('/api/'.length)}|${route.method}`,
);

/** Paths are matched without regard to case, as Keepnet's platform does. */
export function findRoute(method: string, path: string): RouteMatch | null {
  const exact = EXACT.get(`${method} ${path.toLowerCase()}`);
  if (exact !== undefined) return { route: exact, id: '' };
  for (const { route, pattern } of PATTERNS) {
    const id = route.method === method ? pattern.exec(path)?.[1] : undefined;
    if (id !== undefined) return { route, id: decode(id) };
  }
  return null;
}

const EXACT = new Map(ROUTES.map((route) => [`${route.method} ${route.path}`, route]));
const PATTERNS = ROUTES.filter((route) => route.path.includes('{')).map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace('{resourceId}', '([^/]+)')}$`, 'i'),
}));

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function get(path: string, scope: Route['scope'], run: Route['run']): Route {
  return { method: 'GET', path, scope, run };
}

function post(path: string, scope: Route['scope'], run: Route['run']): Route {
  return { method: 'POST', path, scope, run };
}
